import pytest

from annotate.errors import InputError, UsageError
from annotate.exports.formats.base import Loss, count_losses, read_utf8, write_directory


def test_a_directory_is_written_whole_or_not_at_all(tmp_path):
    """What breaks half-way leaves neither the directory nor the temporary one."""

    def files():
        yield "a.txt", "one"
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        write_directory(tmp_path / "out", files())
    assert list(tmp_path.iterdir()) == []
    assert write_directory(tmp_path / "out", [("a.txt", "one"), ("b.txt", "é")]) == 2
    assert (tmp_path / "out" / "b.txt").read_text(encoding="utf-8") == "é"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_there_already_is_not_overwritten(tmp_path):
    """A directory that holds something is refused; an empty one is taken."""
    (tmp_path / "out").mkdir()
    write_directory(tmp_path / "out", [("a.txt", "one")])
    with pytest.raises(UsageError, match="is there already"):
        write_directory(tmp_path / "out", [("a.txt", "two")])
    assert (tmp_path / "out" / "a.txt").read_text() == "one"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """A missing file and one that is not UTF-8 are errors with the path."""
    with pytest.raises(InputError, match=r"x\.txt: cannot be read"):
        read_utf8(tmp_path / "x.txt")
    (tmp_path / "x.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match=r"x\.txt: not UTF-8 at byte 3"):
        read_utf8(tmp_path / "x.txt")


def test_losses_are_counted_by_kind():
    """Each kind has its number, in order of the names."""
    losses = [Loss(article_id="a", what=what, detail="") for what in ("note", "link", "note")]
    assert list(count_losses(losses).items()) == [("link", 1), ("note", 2)]
