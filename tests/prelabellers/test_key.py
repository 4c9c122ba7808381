"""Where the key comes from, and that no error says it."""

import pytest
from chat_server import KEY

from annotate.errors import WorkspaceError
from annotate.prelabellers.key import KEY_VARIABLE, read_key


def test_the_environment_goes_before_the_file(tmp_path):
    """A variable counts first, then the file without its line end; there may be none."""
    path = tmp_path / "key"
    path.write_text("from-file\n")
    assert read_key(path, {KEY_VARIABLE: KEY}) == KEY
    assert read_key(path, {KEY_VARIABLE: ""}) == "from-file"
    assert read_key(None, {}) is None


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe", f"{KEY} {KEY}".encode(), f"{KEY}é".encode()]
)
def test_a_file_that_holds_no_key_is_named_without_its_content(tmp_path, content):
    """Missing, empty, no text, two keys, no ASCII: the path is told, and nothing of what is in it."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorkspaceError) as told:
        read_key(path, {})
    assert str(path) in told.value.message
    assert KEY not in told.value.message


def test_a_key_with_a_line_break_is_refused_without_saying_it():
    """No header could carry it."""
    with pytest.raises(WorkspaceError, match=KEY_VARIABLE) as told:
        read_key(None, {KEY_VARIABLE: f"{KEY}\n{KEY}"})
    assert KEY not in told.value.message
