import pytest
from gold import adopt_jsonl

from annotate.errors import UnknownExportError, UsageError
from annotate.jsonl import dumps
from annotate.pipeline.prediction import load_rules
from annotate.workflow.show.show import show
from annotate.workflow.state.models import Models

TEXT = "Officials said the <b>bridge</b> may close & sink."


def _line(article_id="a/1", text=TEXT, **fields):
    start = text.index("may")
    span = {"id": "h", "start": start, "end": start + 3, "label": "Hedge"}
    return {"article_id": article_id, "text": text, "spans": [span], **fields}


@pytest.fixture(scope="module")
def rules(scheme):
    """The rules, loaded once for all tests here."""
    return load_rules(scheme, "rules-1")


@pytest.fixture(autouse=True)
def _load_once(rules, monkeypatch):
    monkeypatch.setattr(Models, "load", lambda *_: rules)


@pytest.fixture
def adopted(context, tmp_path):
    """Return `adopted(annotator, *lines)`: the lines become part of the export."""

    def run(annotator, *lines):
        path = tmp_path / "gold.jsonl"
        path.write_text("".join(dumps(line) + "\n" for line in lines))
        return adopt_jsonl(context, path, annotator=annotator)

    return run


def _show(context, *wanted, **settings):
    return show(context, wanted, context.models.choose("rules"), **settings)


def test_every_annotator_stands_beside_the_prediction(context, adopted):
    """One view an annotator, of the export's latest version; one annotator can be chosen."""
    adopted("ines@example.org", _line())
    adopted("olu@example.org", _line(spans=[]))
    found = _show(context, "a/1")
    (item,) = found.articles
    assert len(item.views) == 2
    assert found.export.startswith("0002-")
    (ines,) = _show(context, "a/1", annotator="ines@example.org").articles[0].views
    assert [s.label for s in ines.annotation.spans] == ["Hedge"]
    assert ines.comparison.counts()["kept"] == 1
    pseudonym = ines.annotation.annotator
    assert _show(context, "a/1", annotator=pseudonym[:14]).articles[0].views == (ines,)
    assert len(_show(context, "a/1", export="1").articles[0].views) == 1
    with pytest.raises(UsageError, match="nobody who annotated these articles is 'x'"):
        _show(context, "a/1", annotator="x")
    with pytest.raises(UnknownExportError):
        _show(context, "a/1", export="9")


def test_it_is_told_which_annotation_counts(context, adopted):
    """By its rule and its annotator; and where none of the rules decides."""
    adopted("ines@example.org", _line())
    adopted("olu@example.org", _line(spans=[]))
    (told,) = _show(context, "a/1").articles[0].notes
    assert told.startswith("of 2 annotations counts the annotation changed last: ")
    config = context.workspace.root / "annotate.yaml"
    config.write_text(config.read_text() + "adjudication: [majority]\n")
    context.reload()
    (told,) = _show(context, "a/1").articles[0].notes
    assert told.startswith("of 2 annotations none counts: no rule of adjudication")


def test_articles_are_found_by_id_and_by_file(context, adopted, monkeypatch):
    """An id of the workspace, a file, and a text that is not the one that was annotated."""
    story = context.workspace.root / "articles" / "story.txt"
    story.write_text("It may rain.\n")
    monkeypatch.chdir(context.workspace.root / "articles")
    by_id, by_file = _show(context, "articles/story.txt", "story.txt").articles
    assert by_id.article == by_file.article
    assert by_id.views[0].annotation is None
    assert {c.kind for c in by_id.views[0].comparison.changes} == {"unjudged"}
    adopted("ines@example.org", _line("articles/story.txt", "It may snow.\n"))
    (item,) = _show(context, "story.txt").articles
    assert item.views[0].annotation is None
    assert "another text" in item.notes[0]


def test_an_unknown_article_is_told_with_the_nearest(context, adopted):
    """The hint names ids that hold the words or are spelt alike; without any article it says so."""
    with pytest.raises(UsageError) as caught:
        _show(context, "ferry")
    assert "no articles yet" in caught.value.hint
    adopted("ines@example.org", _line("news/ferry-aground"), _line("news/harbour", "It may be."))
    for wish in ("ferry", "news/fery-agruond"):
        with pytest.raises(UsageError, match="no article and no file is") as caught:
            _show(context, wish)
        assert caught.value.hint.startswith("the nearest of 2 ids: news/ferry-aground")
