import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from export_lines import META, export_line
from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.errors import DamagedExportError, UnknownExportError
from annotate.exports import store as store_module
from annotate.exports.difference import difference
from annotate.exports.lines import ExportedArticle, Tombstone, line_from_json, line_to_json
from annotate.exports.manifests import Manifests
from annotate.exports.store import ExportStore
from annotate.jsonl import dumps
from annotate.records import Annotation, Link


@pytest.fixture
def store(tmp_path):
    return ExportStore(tmp_path / "exports")


@given(marked_articles())
def test_lines_come_back_as_they_were(marked):
    """An article with annotations survives the JSON of a part, whatever its text holds."""
    article, spans, links = marked
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        labels=("Claim",),
        annotator="a",
        annotation_id="1",
        lead_time=1.5,
        extra=({"x": [1, {"y": None}]},),
    )
    line = ExportedArticle(
        article=article,
        annotations=(annotation,),
        group="g",
        split="dev",
        blind=True,
        corpus="PolNeAR",
        tasks=(3,),
        skipped=1,
    )
    assert line_from_json(json.loads(dumps(line_to_json(line)))) == line


def test_a_version_is_the_fold_of_its_parts(store):
    """Later lines win, tombstones remove, and old versions stay what they were."""
    first = store.add([export_line("a"), export_line("b")], **META)
    second = store.add(
        [export_line("a", spans=()), Tombstone(export_line("b").key), export_line("c")], **META
    )
    assert [key[0] for key in store.load(first)] == ["a", "b"]
    held = store.load(second)
    assert [key[0] for key in held] == ["a", "c"]
    assert held[export_line("a").key].annotations[0].spans == ()
    assert (second.parent, second.number) == (first.id, 2)
    assert second.counts["spans"] == {"Hedge": 1}
    assert second.models_seen == ("rules-1",)
    assert second.counts["extra"] == 2


def test_two_texts_of_one_article_are_two_lines(store):
    """A revision does not push the work on the old text out."""
    version = store.add([export_line("a"), export_line("a", text="It may snow.")], **META)
    assert len(store.load(version)) == 2


@given(st.data())
def test_histories_fold_to_what_was_last_said(tmp_path_factory, data):
    """Any history of changes gives what applying it one by one gives, across compaction."""
    store = ExportStore(tmp_path_factory.mktemp("history"))
    expected = {}
    known = {}
    for _ in range(data.draw(st.integers(1, 6))):
        changes = {}
        for name in data.draw(st.sets(st.sampled_from("abcd"), min_size=1)):
            line = export_line(name, annotation_id=str(data.draw(st.integers(0, 9))))
            gone = data.draw(st.booleans())
            changes[line.key] = Tombstone(line.key) if gone else line
            expected.pop(line.key, None)
            if not gone:
                expected[line.key] = line
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store_module, "MAX_PARTS", 3)
            version = store.add(changes.values(), **META)
        known[version.id] = dict(expected)
    for version in store.versions():
        assert store.load(version) == known[version.id]
    assert store.verify() == []


def test_past_the_limit_parts_become_one(store, monkeypatch):
    """Compaction writes one part; the versions before it still verify."""
    monkeypatch.setattr(store_module, "MAX_PARTS", 2)
    versions = [store.add([export_line(name)], **META) for name in "abcd"]
    assert [len(version.parts) for version in versions] == [1, 2, 1, 2]
    assert len(store.load(versions[2])) == 3
    assert store.verify() == []


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_flipped_byte_is_found_and_the_whole_versions_named(store, where):
    """One damaged byte in a part or a manifest names the file and what can still be had."""
    first = store.add([export_line("a")], **META)
    second = store.add([export_line("b")], **META)
    part = store.directory / "parts" / f"{second.parts[1][0]}.jsonl"
    content = bytearray(part.read_bytes())
    content[{"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[where]] ^= 1
    part.write_bytes(content)
    with pytest.raises(DamagedExportError, match=part.name):
        store.load(second)
    problems = store.verify()
    assert part.name in problems[0]
    assert problems[-1].endswith(first.name)
    assert store.mending().endswith("annotate pull --heal")
    manifest = store.directory / "versions" / f"{first.name}.json"
    manifest.write_text(manifest.read_text().replace('"number":1', '"number":9'))
    with pytest.raises(DamagedExportError, match="not what its name's hash says"):
        store.versions()
    assert store.verify()[-1].endswith("none")
    content[{"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[where]] ^= 1
    part.write_bytes(content)
    assert store.mending().endswith("the newest version is whole, and pulls go on from it")


def test_versions_are_found_by_number_name_and_hash(store):
    """A version has a number, a name and an id; none of another is taken for it."""
    with pytest.raises(UnknownExportError, match="no export version in") as caught:
        store.manifests.find(None)
    assert "annotate pull" in caught.value.hint
    first, second = store.add([export_line("a")], **META), store.add([export_line("b")], **META)
    for wanted in ("1", "0001", first.name, first.id, first.id[:8]):
        assert store.manifests.find(wanted).id == first.id
    assert store.manifests.find(None).id == store.manifests.find("latest").id == second.id
    with pytest.raises(UnknownExportError, match="'7'"):
        store.manifests.find("7")


def test_what_changed_is_told_article_by_article(store):
    """A difference names added, removed and changed articles, and the spans of each label."""
    first = store.add([export_line("a"), export_line("b"), export_line("same")], **META)
    second = store.add(
        [
            export_line("a", spans=((0, 11, "Claim"),)),
            Tombstone(export_line("b").key),
            export_line("c"),
        ],
        **META,
    )
    changes = difference(store.load(first), store.load(second))
    assert [(c.article_id, c.what, c.annotations) for c in changes] == [
        ("a", "changed", (1, 1)),
        ("b", "removed", (1, 0)),
        ("c", "added", (0, 1)),
    ]
    assert changes[0].spans == {"Claim": (0, 1), "Hedge": (1, 0)}


def test_changed_links_are_told_drawn_and_inferred_apart():
    """By where their ends stand, whatever the spans are called; drawing one takes an inferred away."""
    (own,) = export_line("a", spans=((0, 11, "Claim"), (3, 6, "Hedge"))).annotations
    inferred = Link(head_id="r1", tail_id="r0", label="hedges", inferred=True)
    renamed = tuple(replace(span, id=f"x{span.id}") for span in own.spans)
    other = replace(inferred, head_id="xr1", tail_id="xr0")

    def changes(*annotations):
        one, two = (replace(export_line("a"), annotations=(work,)) for work in annotations)
        (change,) = difference({one.key: one}, {two.key: two})
        return change.spans, change.drawn, change.inferred

    held = replace(own, links=(inferred,))
    assert changes(own, held) == ({}, {}, {"hedges": (0, 1)})
    assert changes(held, replace(own, spans=renamed, links=(other,))) == ({}, {}, {})
    drawn = replace(own, links=(replace(inferred, inferred=False),))
    assert changes(held, drawn) == ({}, {"hedges": (0, 1)}, {"hedges": (1, 0)})


def test_a_crash_before_the_manifest_leaves_the_old_versions(store, monkeypatch):
    """A part that no manifest names changes nothing."""
    store.add([export_line("a")], **META)

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifests, "write", crash)
    with pytest.raises(KeyboardInterrupt):
        store.add([export_line("b")], **META)
    monkeypatch.undo()
    assert [version.number for version in store.versions()] == [1]
    assert (store.verify(), len(store.unnamed_parts())) == ([], 1)


def test_two_writers_at_a_time_lose_nothing(tmp_path):
    """Each adds to what the other has written, under a number of its own."""
    lines = [export_line(f"a{number}") for number in range(8)]
    barrier = threading.Barrier(len(lines))

    def write(one):
        barrier.wait()
        return ExportStore(tmp_path).add([one], **META)

    with ThreadPoolExecutor(len(lines)) as pool:
        written = list(pool.map(write, lines))
    assert sorted(version.number for version in written) == list(range(1, len(lines) + 1))
    store = ExportStore(tmp_path)
    assert {key[0] for key in store.load(store.manifests.latest())} == {f"a{n}" for n in range(8)}
    assert store.verify() == []
