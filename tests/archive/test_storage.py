import pytest

from annotate.archive.storage import Directory, Remote, open_store
from annotate.errors import InputError, UsageError


@pytest.fixture(params=["directory", "memory", pytest.param("s3", marks=pytest.mark.slow)])
def place(request, tmp_path):
    """Return a place for shards of every kind, that is empty."""
    if request.param == "directory":
        yield str(tmp_path / "out")
    elif request.param == "memory":
        import fsspec

        yield "memory://out/here"
        if (files := fsspec.filesystem("memory")).exists("/out"):
            files.rm("/out", recursive=True)
    else:
        yield request.getfixturevalue("bucket") + "/out"


def test_what_is_written_is_there(place):
    """Whole, under its name and with its size; a second write takes its place."""
    store = open_store(place)
    assert (store.sizes(), store.read("a")) == ({}, None)
    store.write("a", b"one")
    store.write("b.json", b"{}")
    store.write("a", b"two two")
    again = open_store(place)
    assert again.sizes() == {"a": 7, "b.json": 2}
    assert again.read("a") == b"two two"
    assert again.read_all(["b.json", "a"]) == {"a": b"two two", "b.json": b"{}"}
    assert again.read_all([]) == {}


def test_hidden_files_are_nobodys(tmp_path):
    """The spool and what is half written do not count as shards."""
    (tmp_path / ".spool").mkdir()
    (tmp_path / ".a.tmp").write_bytes(b"x")
    assert Directory(tmp_path).sizes() == {}


def test_what_killed_writers_left_goes_for_the_named_files_alone(place):
    """Another process may be writing the others."""
    store = open_store(place)
    store.write("shard-1.jsonl.gz", b"whole")
    if isinstance(store, Directory):
        for name in (".shard-1.jsonl.gz.x_1a.tmp", ".shard-2.jsonl.gz.x_1a.tmp", ".shard-1.json"):
            (store.path / name).write_bytes(b"ha")
    store.tidy({"shard-1.jsonl.gz"})
    assert store.sizes() == {"shard-1.jsonl.gz": 5}
    if isinstance(store, Directory):
        left = {path.name for path in store.path.iterdir()}
        assert left == {"shard-1.jsonl.gz", ".shard-2.jsonl.gz.x_1a.tmp", ".shard-1.json"}
    open_store(f"{place}/nowhere").tidy({"a"})


def test_places_that_cannot_be_are_refused(tmp_path):
    """A file, and an address of which nobody has heard."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="is no directory"):
        open_store(str(tmp_path / "file"))
    with pytest.raises(UsageError, match="never-heard-of"):
        open_store("never-heard-of://bucket/x")


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_told_with_its_address(bucket):
    """In one line, and with what to look at."""
    store = Remote("s3://no-such-bucket/out")
    with pytest.raises(InputError, match=r"s3://no-such-bucket/out: .*bucket") as caught:
        store.write("a", b"x")
    assert "credentials" in caught.value.hint
