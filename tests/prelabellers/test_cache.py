"""Replies on disk."""

import pytest

from annotate.errors import WorkspaceError
from annotate.prelabellers.cache import ReplyCache


def test_replies_are_known_by_what_was_asked_and_of_which_text(tmp_path):
    """Another request's replies are not mixed up, and a new one replaces the old one."""
    cache = ReplyCache(tmp_path / "state" / "replies.sqlite3")
    assert cache.known("a", ["t1", "t2"]) == {}
    assert not (tmp_path / "state").exists()  # asking writes nothing
    cache.keep("a", "t1", "one")
    cache.keep("b", "t1", "other")
    cache.keep("a", "t1", "two")
    assert cache.known("a", ["t1", "t2"]) == {"t1": "two"}
    assert (cache.holds("a"), cache.holds("c")) == (True, False)


def test_a_damaged_file_is_named_with_what_to_do(tmp_path):
    """Nothing is lost but answers: the file can be put aside."""
    path = tmp_path / "replies.sqlite3"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(WorkspaceError, match=str(path)) as told:
        ReplyCache(path).known("a", ["t"])
    assert "put the file aside" in told.value.hint
