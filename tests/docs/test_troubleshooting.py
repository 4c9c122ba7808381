"""The page for when something is wrong quotes what is really said."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^\| `([^`]+)` \|", PAGE, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def source():
    """All texts of the package, in one line, with the ends of strings that go on taken out."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "annotate").rglob("*.py"))
    )
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_is_said_somewhere(source, message):
    """Each message in a first column stands in the code as it is quoted."""
    assert message in source


def test_there_are_messages():
    """The tables are found."""
    assert len(QUOTED) > 15
