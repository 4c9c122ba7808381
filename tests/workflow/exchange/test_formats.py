"""Other people's formats, through the workspace: read under our names, adopted, written again."""

import json
from dataclasses import replace

import pytest

from annotate.errors import InputError, UsageError
from annotate.exports.store import ExportStore
from annotate.jsonl import ArticleLine, article_line_to_json, dumps
from annotate.records import Article, Link, Span
from annotate.workflow.exchange.adopt import adopt
from annotate.workflow.exchange.formats import FORMATS, guess_format, read_format, write_format

SPANS = (
    Span(id="s", start=0, end=9, label="Source", attributes={"source_type": ("named",)}),
    Span(id="c", start=15, end=34, label="Claim"),
    Span(id="h", start=24, end=27, label="Hedge"),
)
LINKS = (
    Link(head_id="c", tail_id="s", label="attributed_to"),
    Link(head_id="h", tail_id="c", label="hedges"),
)
LINES = [
    ArticleLine(
        article=Article(
            article_id=f"a-{number}", text=f"Vahl said that the quay may close {number}."
        ),
        spans=SPANS[:2] if number == 2 else SPANS,
        links=LINKS[:1] if number == 2 else LINKS,
    )
    for number in (1, 2)
]
LINES = [
    ArticleLine(
        article=line.article,
        spans=tuple(
            span if span.id != "c" else Span(id="c", start=15, end=33, label="Claim")
            for span in line.spans
        ),
        links=line.links,
    )
    for line in LINES
]


def _write(path, lines=LINES, **changes):
    path.write_text(
        "".join(dumps({**article_line_to_json(line), **changes}) + "\n" for line in lines)
    )
    return path


def _held(workspace):
    store = ExportStore(workspace.exports)
    latest = store.manifests.latest()
    return list(store.load(latest).values()) if latest else []


@pytest.fixture
def adopted(workspace, context, tmp_path):
    found = read_format(workspace.scheme(), _write(tmp_path / "gold.jsonl"))
    adopt(context, found.items, annotator="x", source=tmp_path / "gold.jsonl")
    return context


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"conll", "doccano"}])
def test_a_version_written_and_read_again_holds_the_same(adopted, tmp_path, name):
    """Whatever the format, spans, links and attributes that fit the tokens come back whole."""
    suffix = {
        "docbin": ".spacy",
        "label-studio": ".json",
        "brat": "",
        "uima-cas": "",
        "parquet": ".parquet",
    }.get(name, ".jsonl")
    out = tmp_path / f"out{suffix}"
    scheme = adopted.scheme
    written = write_format(adopted, out, name=name)
    assert (written.articles, written.annotations) == (2, 2)
    assert written.spans == {"Claim": 2, "Hedge": 1, "Source": 2}
    assert {loss.what for loss in written.losses} <= {"metadata", "annotator"}
    assert guess_format(out) == name
    found = read_format(scheme, out)
    assert (found.format, found.articles, found.losses) == (name, 2, ())
    assert (found.spans, found.links) == (written.spans, written.links)
    for (_, line), source in zip(found.items, LINES, strict=True):
        assert line.article.article_id == source.article.article_id
        order = sorted(source.spans, key=lambda span: (span.start, -span.end))
        again = sorted(line.spans, key=lambda span: (span.start, -span.end))
        assert [(s.start, s.end, s.label, s.attributes) for s in again] == [
            (s.start, s.end, s.label, s.attributes) for s in order
        ]
        assert set(line.labels) == set(scheme.all_names)


def test_what_a_plain_format_loses_is_counted(adopted, tmp_path):
    """Doccano keeps spans and links without their choices, CoNLL the longest spans alone."""
    out = tmp_path / "out.jsonl"
    written = write_format(adopted, out, name="doccano")
    assert {loss.what for loss in written.losses} == {"metadata", "attribute"}
    assert guess_format(out) == "doccano"
    found = read_format(adopted.scheme, out)
    assert (found.spans, found.links, found.losses) == (written.spans, written.links, ())
    flat = write_format(adopted, tmp_path / "out.conll")
    lost = [loss for loss in flat.losses if loss.what == "overlapping"]
    assert {"overlapping", "link"} <= {loss.what for loss in flat.losses}
    again = read_format(adopted.scheme, tmp_path / "out.conll")
    assert (again.format, again.articles) == ("conll", 2)
    assert sum(again.spans.values()) == sum(flat.spans.values()) - len(lost)


def test_brat_files_become_a_version_under_a_mapping(workspace, context, tmp_path):
    """Unknown labels are listed with the next step; a mapping reads them, and says what is known."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Vahl said so.")
    (corpus / "a.ann").write_text("T1\tSpeaker 0 4\tVahl\nT2\tVerb 5 9\tsaid\nA1\tSure T1\n")
    scheme = workspace.scheme()
    with pytest.raises(InputError, match="unknown label 'Speaker', unknown label 'Verb'") as caught:
        read_format(scheme, corpus)
    assert "--mapping" in caught.value.hint
    mapping = tmp_path / "m.yaml"
    mapping.write_text("labels: {Speaker: Source}\ndrop: [Verb]\n")
    found = read_format(scheme, corpus, mapping=mapping)
    assert sorted(loss.what for loss in found.losses) == ["attribute", "label"]
    result = adopt(context, found.items, annotator="x", source=corpus)
    assert (result.articles, result.version.project["file"]) == (1, "corpus")
    (line,) = _held(workspace)
    assert line.annotations[0].labels == ("Source",)


def test_people_whom_a_file_tells_apart_stay_apart(workspace, context, tmp_path):
    """Two annotators of one article are two annotations; reading them again changes nothing."""
    path = tmp_path / "two.jsonl"
    rows = [{**article_line_to_json(LINES[0]), "annotator": name} for name in ("ines", "jon")]
    path.write_text("".join(dumps(row) + "\n" for row in rows))
    scheme = workspace.scheme()
    items = read_format(scheme, path).items
    result = adopt(context, items, annotator="x", source=path)
    assert (result.articles, result.annotations) == (1, 2)
    (line,) = _held(workspace)
    assert len({annotation.annotator for annotation in line.annotations}) == 2
    assert adopt(context, items, annotator="x", source=path).version is None


def test_an_article_that_stands_twice_is_refused(workspace, context, tmp_path):
    """One person has one annotation of an article: which of two it is nobody can tell."""
    path = _write(tmp_path / "twice.jsonl", [LINES[0], LINES[0]])
    scheme = workspace.scheme()
    items = read_format(scheme, path).items
    with pytest.raises(
        InputError, match=r"twice\.jsonl:2: article 'a-1' stands twice \(see line 1"
    ):
        adopt(context, items, annotator="x", source=path)
    assert _held(workspace) == []


def test_a_dry_run_changes_nothing(workspace, context, tmp_path):
    """It tells how many articles a version would change, and leaves the workspace as it was."""
    path = _write(tmp_path / "gold.jsonl")
    scheme = workspace.scheme()
    before = sorted(workspace.root.rglob("*"))
    found = read_format(scheme, path)
    result = adopt(context, found.items, annotator="x", source=path, dry_run=True)
    assert (result.version, result.articles, result.annotations) == (None, 2, 2)
    assert sorted(workspace.root.rglob("*")) == before


def test_an_article_that_nobody_annotated_is_reported(adopted, tmp_path):
    """Articles without annotations are no lines, and are counted."""
    versions = adopted.versions
    held = list(versions.load(versions.latest()).values())
    versions.write([replace(held[0], annotations=(), skipped=1)], about={})
    written = write_format(adopted, tmp_path / "o.json", name="label-studio")
    assert [(x.article_id, x.what) for x in written.losses][:1] == [("a-1", "article")]
    assert len(json.loads((tmp_path / "o.json").read_text())) == 1
    first = write_format(adopted, tmp_path / "o.jsonl", name="jsonl", export="1")
    assert (first.articles, first.losses) == (2, ())


def test_a_format_that_is_open_has_to_be_said(context, tmp_path):
    """Names that tell nothing, missing paths and unknown formats are usage errors."""
    with pytest.raises(UsageError, match="no such file"):
        guess_format(tmp_path / "nosuch")
    for name in ("x.txt", "x.xml"):
        (tmp_path / name).write_text("x")
        with pytest.raises(UsageError, match="cannot be told") as caught:
            guess_format(tmp_path / name)
        assert "--format" in caught.value.hint
    with pytest.raises(UsageError, match="cannot be told"):
        guess_format(tmp_path)
    with pytest.raises(UsageError, match="no format 'xmi'; there are jsonl"):
        write_format(context, tmp_path / "o", name="xmi")


def test_the_format_to_write_is_told_from_the_name_where_it_can_be(adopted, tmp_path):
    """A suffix that one format has is enough; any other name needs the format said."""
    assert write_format(adopted, tmp_path / "o.jsonl").format == "jsonl"
    assert write_format(adopted, tmp_path / "o.spacy").format == "docbin"
    assert write_format(adopted, tmp_path / "o.JSON").format == "label-studio"
    with pytest.raises(UsageError, match="cannot be told from its name"):
        write_format(adopted, tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ({"article_id": "a", "text": "One."}, "jsonl"),
        ({"text": "One.", "_input_hash": 3}, "prodigy"),
        ({"text": "One.", "tokens": []}, "prodigy"),
        ({"text": "One.", "spans": [{"start": 0, "end": 1, "token_start": 0}]}, "prodigy"),
        ({"text": "One."}, "jsonl"),
    ],
)
def test_prodigys_lines_are_told_from_ours(tmp_path, task, name):
    """Tokens and hashes are Prodigy's, an article's id is ours."""
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(task))
    assert guess_format(path) == name


def test_texts_with_inline_marks_are_read_as_gold(workspace, context):
    """The sample corpus becomes annotations, everything known, ids from the articles."""
    from annotate.samples import DIRECTORY, sample_articles

    found = read_format(workspace.scheme(), DIRECTORY)
    assert found.format == "marked"
    assert found.losses == ()
    samples = {line.article.article_id: line for line in sample_articles()}
    assert {line.article.article_id: line for _, line in found.items} == samples
    with pytest.raises(UsageError, match="no format 'marked'"):
        write_format(context, workspace.root / "out", name="marked")


def test_several_peoples_work_is_told_where_a_format_names_nobody(workspace, context, tmp_path):
    """Each annotation becomes a text of its own, and that is counted; --reference writes one."""
    path = tmp_path / "two.jsonl"
    rows = [{**article_line_to_json(LINES[0]), "annotator": name} for name in ("ines", "jon")]
    path.write_text("".join(dumps(row) + "\n" for row in rows))
    adopt(context, read_format(workspace.scheme(), path).items, annotator="x", source=path)
    for name in ("brat", "conll"):
        both = write_format(context, tmp_path / f"both-{name}", name=name)
        assert (both.articles, both.annotations) == (1, 2)
        assert [loss.what for loss in both.losses].count("several annotations") == 1
        one = write_format(context, tmp_path / f"one-{name}", name=name, reference=True)
        assert (one.articles, one.annotations) == (1, 1)
        assert "several annotations" not in {loss.what for loss in one.losses}
    signed = write_format(context, tmp_path / "signed.jsonl", name="prodigy")
    assert "several annotations" not in {loss.what for loss in signed.losses}


def test_what_a_majority_has_is_a_line_of_its_own(workspace, context, tmp_path):
    """Our own format says which line counts; formats that cannot say it get people's work alone."""
    path = tmp_path / "three.jsonl"
    rows = [{**article_line_to_json(LINES[0]), "annotator": name} for name in ("a", "b", "c")]
    path.write_text("".join(dumps(row) + "\n" for row in rows))
    adopt(context, read_format(workspace.scheme(), path).items, annotator="x", source=path)
    config = workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "adjudication: [majority]\n")
    context.reload()
    write_format(context, tmp_path / "all.jsonl", name="jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [(line["annotator"] == "majority", line["reference"]) for line in lines] == [
        *[(False, False)] * 3,
        (True, True),
    ]
    write_format(context, tmp_path / "gold.jsonl", name="jsonl", reference=True)
    (line,) = map(json.loads, (tmp_path / "gold.jsonl").read_text().splitlines())
    assert (line["annotator"], line["reference"]) == ("majority", True)
    write_format(context, tmp_path / "brat", name="brat")
    assert len(list((tmp_path / "brat").glob("*.txt"))) == 3
    write_format(context, tmp_path / "one", name="brat", reference=True)
    assert len(list((tmp_path / "one").glob("*.txt"))) == 1


def test_files_of_other_formats_in_a_directory_are_told(workspace, tmp_path):
    """What the chosen format passes over is counted, by name."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Vahl said so.")
    (corpus / "a.ann").write_text("T1\tSource 0 9\tVahl said\n")
    (corpus / "p.jsonl").write_text("{}\n")
    (corpus / "notes.odt").write_text("")
    found = read_format(workspace.scheme(), corpus)
    assert [(loss.what, loss.article_id) for loss in found.losses] == [("file", "p.jsonl")]
