"""The pre-labeller that docs/language-model.md shows."""

import re
from pathlib import Path

import pytest

import annotate
from annotate.prelabellers import discovery
from annotate.workflow.state.models import predict_all

PAGE = (Path(annotate.__file__).parents[1] / "docs" / "language-model.md").read_text()
(SCRIPT,) = re.findall(r"<!-- script: doubts -->\n\n```python\n(.*?)```", PAGE, re.DOTALL)
(SECTION,) = re.findall(
    r"^prelabeller:\n  kind: doubts\n.*?(?=```)", PAGE, re.DOTALL | re.MULTILINE
)


@pytest.fixture
def doubts(monkeypatch):
    """Let an installed package offer what the page shows."""
    names = {}
    exec(SCRIPT, names)  # noqa: S102 - our own page
    entry = discovery.EntryPoint("doubts", "our_package:Doubts", discovery.GROUP)
    monkeypatch.setattr(discovery.EntryPoint, "load", lambda _: names["Doubts"])
    monkeypatch.setattr(discovery, "entry_points", lambda **_: [entry])


@pytest.mark.usefixtures("doubts")
def test_the_pre_labeller_that_is_shown_predicts(context):
    """With the section beside it, it is in use, and marks what its option names."""
    root = context.workspace.root
    (root / "annotate.yaml").write_text((root / "annotate.yaml").read_text() + SECTION)
    (root / "articles" / "rain.txt").write_text("It may rain.\n")
    context.reload()
    model = context.models.in_use()
    assert (model.version, model.asks) == ("doubts-1", None)
    (prediction,) = predict_all(context.models.load(model), context.articles().articles)
    assert [(s.start, s.end, s.label) for s in prediction.spans] == [
        (3, 6, context.scheme.span_labels[-1])
    ]
