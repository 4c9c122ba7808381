import os
from pathlib import Path

import pytest

from annotate.files import (
    atomic_writer,
    place_directory,
    write_atomic,
    write_by_hash,
    write_lines_atomic,
)


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


@pytest.fixture
def order(monkeypatch):
    """Return what is synced to disk and what is renamed, in order, by name."""
    happened = []

    def fsync(handle):
        happened.append(("sync", Path(f"/proc/self/fd/{handle}").readlink().name))

    def replace(self, target):
        happened.append(("rename", Path(target).name))
        self.rename(target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return happened


def test_a_file_is_on_disk_before_it_has_its_name(tmp_path, order):
    """Content, rename, directory: in this order, or a power cut leaves a name without content."""
    write_atomic(tmp_path / "file.txt", "x")
    (first, temporary), *rest = order
    assert first == "sync"
    assert temporary.startswith(".file.txt.")
    assert rest == [("rename", "file.txt"), ("sync", tmp_path.name)]


def test_a_part_is_on_disk_before_it_has_its_name(tmp_path, order):
    """The same holds for what is named by its hash."""
    digest = write_by_hash(tmp_path / "parts", [b"x"], suffix=".jsonl")
    assert [what for what, _ in order] == ["sync", "rename", "sync"]
    assert order[1:] == [("rename", f"{digest}.jsonl"), ("sync", "parts")]


def test_a_directory_is_on_disk_before_it_has_its_name(tmp_path, order):
    """Every file and every directory in it is synced before the rename, its parent after it."""
    made = tmp_path / "made"
    (made / "deep").mkdir(parents=True)
    (made / "one").write_text("1")
    (made / "deep" / "two").write_text("2")
    place_directory(made, tmp_path / "target")
    at = order.index(("rename", "target"))
    assert {name for _, name in order[:at]} == {"one", "two", "deep", "made"}
    assert order[at + 1 :] == [("sync", tmp_path.name)]
    assert (tmp_path / "target" / "deep" / "two").read_text() == "2"
