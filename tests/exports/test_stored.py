import pytest
from export_lines import META, export_line
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import DamagedExportError
from annotate.exports.lines import Tombstone
from annotate.exports.store import ExportStore
from annotate.exports.stored import Stored


@pytest.fixture
def store(tmp_path):
    return ExportStore(tmp_path / "exports")


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.booleans(), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_read_one_by_one_is_what_a_version_holds(tmp_path_factory, parts):
    """Over any parts with any removals: the same lines in the same order, and none left out."""
    store = ExportStore(tmp_path_factory.mktemp("store"))
    for number, part in enumerate(parts):
        changes = (
            export_line(name, annotation_id=str(number))
            if here
            else Tombstone(export_line(name).key)
            for name, here in sorted(part.items())
        )
        version = store.add(changes, **META)
    stored = store.stored(version)
    held = list(store.load(version).values())
    assert list(stored) == [stored[number] for number in range(len(stored))] == held


def test_a_part_that_was_changed_is_refused(store):
    """Before anything is read of it, and where it changes afterwards when a line is asked for."""
    version = store.add([export_line("a"), export_line("b")], **META)
    stored = store.stored(version)
    (part,) = (store.directory / "parts").iterdir()
    content = part.read_bytes()
    part.chmod(0o644)
    part.write_bytes(content.replace(b"Hedge", b"Claim"))
    with pytest.raises(DamagedExportError, match="not what its hash says"):
        store.stored(version)
    part.write_bytes(content[:40])
    with pytest.raises(DamagedExportError, match="not what its hash says"):
        list(stored)
    part.unlink()
    with pytest.raises(DamagedExportError, match="cannot be read"):
        stored[0]


def test_a_slice_reads_nothing():
    """Items are read when they are asked for, each time anew; an error in between is told."""
    read = []
    stored = Stored(lambda number: read.append(number) or 10 * number, [3, 1, 2])
    part = stored[1:]
    assert (len(part), read) == (2, [])
    assert [*part, part[-1]] == [10, 20, 20]
    assert read == [1, 2, 2]
    broken = Stored([].__getitem__, [0])
    with pytest.raises(IndexError):
        list(broken)
