import shutil

import pytest
from export_lines import META, export_line

from annotate.errors import DamagedExportError, UnknownExportError
from annotate.exports.manifests import same_project
from annotate.exports.store import ExportStore


@pytest.fixture
def store(tmp_path):
    return ExportStore(tmp_path / "exports")


def _branches(tmp_path, one=("b",), other=("c",)):
    """Write a version, copy it, write on both sides, and put both together as a merge of files does."""
    ours, theirs = ExportStore(tmp_path / "ours"), ExportStore(tmp_path / "theirs")
    base = ours.add([export_line("a")], **META)
    shutil.copytree(ours.directory, theirs.directory)
    left = [ours.add([export_line(name)], **META) for name in one]
    right = [theirs.add([export_line(name)], **META) for name in other]
    shutil.copytree(theirs.directory, ours.directory, dirs_exist_ok=True)
    return ours, base, left, right


def test_what_no_other_version_grew_from_is_a_head(tmp_path):
    """Of a line of versions it is the last one; of two branches there are two, the newest first."""
    store, base, left, right = _branches(tmp_path, other=("c", "d"))
    manifests = store.manifests
    assert [head.id for head in manifests.heads()] == [right[1].id, left[0].id]
    assert manifests.latest().id == right[1].id
    assert manifests.common_ancestor(left[0], right[1]).id == base.id
    assert [v.id for v in manifests.lineage(right[1])] == [right[1].id, right[0].id, base.id]


def test_a_joined_version_is_no_head(tmp_path):
    """A version that names two others as what it grew from leaves one head."""
    store, base, left, right = _branches(tmp_path)
    latest = store.manifests.latest()
    (other,) = {left[0].id, right[0].id} - {latest.id}
    joined = store.add([], joins=[other], **META)
    assert [head.id for head in store.manifests.heads()] == [joined.id]
    assert joined.parents == (latest.id, other)
    assert store.manifests.common_ancestor(joined, left[0]).id == left[0].id
    assert {v.id for v in store.manifests.lineage(joined)} == {
        v.id for v in (joined, base, *left, *right)
    }


def test_a_number_that_two_versions_have_names_neither(tmp_path):
    """The error names both, and the full names still find them."""
    store, _, left, right = _branches(tmp_path)
    with pytest.raises(UnknownExportError, match="more than one") as caught:
        store.manifests.find("2")
    assert left[0].name in caught.value.message
    assert right[0].name in caught.value.message
    for version in (*left, *right):
        assert store.manifests.find(version.name).id == version.id
        assert store.manifests.find(version.id[:20]).id == version.id
    with pytest.raises(UnknownExportError):
        store.manifests.find(left[0].id[:12] + "x")


def test_a_damaged_older_manifest_stands_in_nobodys_way(store):
    """The latest and all others are found; it is named, and makes no version before it a head."""
    versions = [store.add([export_line(name)], **META) for name in "abc"]
    path = store.manifests.directory / f"{versions[1].name}.json"
    path.write_text("{}")
    assert store.manifests.find(None).id == versions[2].id
    assert store.manifests.find("1").id == versions[0].id
    assert [head.id for head in store.manifests.heads()] == [versions[2].id]
    readable, problems = store.manifests.readable()
    assert [v.id for v in readable] == [versions[0].id, versions[2].id]
    assert str(path) in problems[0]
    with pytest.raises(DamagedExportError, match=path.name) as caught:
        store.manifests.find("2")
    assert "--heal" in caught.value.hint
    assert store.add([export_line("d")], **META).number == 4


def test_nothing_is_built_on_a_damaged_part(store):
    """It is named with the next step, and no version comes of it."""
    first = store.add([export_line("a")], **META)
    second = store.add([export_line("b")], **META)
    part = store.directory / "parts" / f"{first.parts[0][0]}.jsonl"
    content = part.read_bytes()
    part.write_bytes(content[:-2] + b" \n")
    with pytest.raises(DamagedExportError, match=part.name) as caught:
        store.add([export_line("c")], **META)
    assert "annotate pull --heal" in caught.value.hint
    assert store.manifests.latest().id == second.id
    whole = store.without_damage(second)
    assert (whole.id, whole.parts) == (second.id, second.parts[1:])
    healed = store.add([export_line("c")], onto=whole, **META)
    assert (healed.parent, healed.number) == (second.id, 3)
    assert [key[0] for key in store.load(healed)] == ["b", "c"]


def test_a_version_whose_parent_is_gone_is_named(store):
    """Nobody deletes a manifest by the rules; the versions around it are whole."""
    first, second, third = (store.add([export_line(name)], **META) for name in "abc")
    assert store.verify() == []
    (store.manifests.directory / f"{second.name}.json").unlink()
    (problem, still) = store.verify()
    assert problem.startswith(f"{third.name}: the version that it grew from ({second.id[:12]})")
    assert still.endswith(third.name)
    assert store.manifests.common_ancestor(third, first) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [((1, "a"), True), ((1, None), True), ((1, "b"), False), ((2, "a"), False), ((2, None), False)],
)
def test_a_project_is_its_number_and_its_time(other, same):
    """Two servers count alike; a manifest that has no time is not held against it."""
    assert same_project((1, "a"), other) is same_project(other, (1, "a")) is same
