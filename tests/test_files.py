import pytest

from annotate.files import atomic_writer, write_atomic, write_lines_atomic


def test_a_file_is_written_with_its_mode(tmp_path):
    """Content and permissions are what was asked for; directories are made."""
    path = tmp_path / "deep" / "file.txt"
    write_atomic(path, "Zwölf\n", mode=0o600)
    assert path.read_text(encoding="utf-8") == "Zwölf\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    """What breaks in the middle changes nothing and leaves no temporary file."""
    path = tmp_path / "file.txt"
    write_atomic(path, "old")

    def lines():
        yield "new"
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        write_lines_atomic(path, lines())
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


def test_the_writer_replaces_the_file_at_the_end(tmp_path):
    """Until the block ends, readers see the old file."""
    path = tmp_path / "file.txt"
    write_atomic(path, "old")
    with atomic_writer(path) as stream:
        stream.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
