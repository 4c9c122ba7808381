"""What stands where a command is to write is kept, unless it is as easily made anew."""

import json

import pytest

from annotate.errors import UsageError
from annotate.outputs import PAGE_MARK, is_page, is_prediction, require_free


@pytest.mark.parametrize(
    "begins", [b"hours of work", b"{}", b'[{"model_version": "m"}]', b"\xff", b"["]
)
@pytest.mark.parametrize("replaceable", [None, is_page, is_prediction])
def test_somebody_elses_file_is_not_replaced(tmp_path, begins, replaceable):
    """Whatever it holds: the command stops before its work, and names a way."""
    path = tmp_path / "out"
    path.write_bytes(begins)
    with pytest.raises(UsageError, match="is there already") as stopped:
        require_free(path, replaceable=replaceable)
    assert "--overwrite" in stopped.value.hint
    assert path.read_bytes() == begins
    require_free(path, replaceable=replaceable, overwrite=True)


def test_what_is_made_anew_as_easily_is_replaced(tmp_path):
    """Nothing, an empty file, a page of annotate's, a file of predictions; no directory."""
    path = tmp_path / "out"
    require_free(path)
    path.touch()
    require_free(path)
    path.write_bytes(b"<html><head>" + PAGE_MARK)
    require_free(path, replaceable=is_page)
    path.write_text(json.dumps({"article_id": "a", "model_version": "rules-1"}) + "\n{")
    require_free(path, replaceable=is_prediction)
    with pytest.raises(UsageError, match="is a directory"):
        require_free(tmp_path, overwrite=True)
