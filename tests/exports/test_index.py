import pytest
from export_lines import META, export_line
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import DamagedExportError
from annotate.exports import store as store_module
from annotate.exports.lines import Tombstone, count_lines
from annotate.exports.store import ExportStore

NAMES = "abcde"
CHANGES = st.lists(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.integers(3, 6)),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=6,
)


def _changes(step):
    lines = [
        Tombstone(export_line(name).key)
        if end is None
        else export_line(name, spans=((0, end, "Claim"),))
        for name, end in step.items()
    ]
    return sorted(lines, key=lambda line: line.key)


@settings(max_examples=max(6, settings.default.max_examples // 5))
@given(CHANGES, st.integers(2, 5), st.booleans())
def test_the_index_is_the_fold_of_the_parts(tmp_path_factory, steps, most, lost):
    """Kept up step by step, over compactions, or made anew: lines, counts and models agree."""
    directory = tmp_path_factory.mktemp("fold")
    store, cache = ExportStore(directory / "exports"), directory / "cache.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "MAX_PARTS", most)
        for step in steps:
            version = store.add(_changes(step), cache=cache, **META)
            if lost:
                cache.unlink()
    held = store.load(version)
    with store.index(version, cache) as index, store.index(version, None) as anew:
        for found in (index, anew):
            assert list(found.lines()) == list(held.values())
            assert list(found.keys()) == list(held)
            assert found.count() == len(held)
            assert found.counts() == count_lines(list(held.values()))
            assert all(found.line(key) == line for key, line in held.items())
            assert found.line(("nobody", "0")) is None
    assert version.counts == count_lines(list(held.values())).to_json()
    assert len(version.parts) <= most
    assert store.verify() == []


def test_an_index_of_a_version_that_went_another_way_is_made_anew(tmp_path):
    """A version that was taken back, or came from elsewhere, is followed all the same."""
    store, cache = ExportStore(tmp_path / "exports"), tmp_path / "cache.sqlite3"
    first = store.add([export_line("a")], cache=cache, **META)
    second = store.add([export_line("b")], cache=cache, **META)
    (tmp_path / "exports" / "versions" / f"{second.name}.json").unlink()
    third = store.add([export_line("c")], cache=cache, **META)
    assert third.parent == first.id
    with store.index(third, cache) as index:
        assert [line.article.article_id for line in index.lines()] == ["a", "c"]


def test_a_part_that_changed_is_not_believed(tmp_path):
    """One flipped bit in a line that is asked for, or in a part that is followed, is told."""
    store, cache = ExportStore(tmp_path / "exports"), tmp_path / "cache.sqlite3"
    version = store.add([export_line("a")], cache=cache, **META)
    (part,) = (tmp_path / "exports" / "parts").glob("*.jsonl")
    content = part.read_bytes()
    part.write_bytes(content.replace(b"It may rain.", b"It may raiN."))
    with store.index(version, cache) as index, pytest.raises(DamagedExportError, match="its hash"):
        index.line(export_line("a").key)
    cache.unlink()
    with pytest.raises(DamagedExportError, match="its hash"), store.index(version, cache):
        pass


def test_a_write_that_fails_leaves_index_and_versions_as_they_were(tmp_path):
    """Where the changes break off, no version, no part and no index of them remains."""
    store, cache = ExportStore(tmp_path / "exports"), tmp_path / "cache.sqlite3"
    version = store.add([export_line("a")], cache=cache, **META)

    def broken():
        yield export_line("b")
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        store.add(broken(), cache=cache, **META)
    assert [v.id for v in store.versions()] == [version.id]
    assert len(list((tmp_path / "exports" / "parts").iterdir())) == 1
    with store.index(version, cache) as index:
        assert [line.article.article_id for line in index.lines()] == ["a"]
