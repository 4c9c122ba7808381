import json

import pytest
import spacy
from foreign_pipelines import ruler
from hypothesis import example, given
from spacy.language import Language
from spacy.tokens import Span, SpanGroup
from strategies import texts

from annotate.errors import ModelError
from annotate.labels import parse_label_config
from annotate.pipeline.prediction import load_trained
from annotate.pipeline.reading import READING_FILE, Reading, read_reading, write_reading
from annotate.records import Article
from annotate.workflow.state.init import label_config_template

pytestmark = pytest.mark.slow

SCHEME = parse_label_config(label_config_template("claims.xml"))
BLANK = spacy.blank("en")
TEXT = "Officials said rain came.\n\nOfficials left."


def _article(text=TEXT):
    return Article(article_id="a", text=text)


def _read(nlp, reading, directory, text=TEXT):
    nlp.to_disk(directory)
    write_reading(directory, reading)
    pipeline = load_trained(directory, SCHEME, "theirs-1")
    prediction = next(pipeline.predict([_article(text)]))
    marks = [(text[s.start : s.end], s.label) for s in prediction.spans]
    return marks, prediction, pipeline


def test_entities_are_read_under_our_labels(tmp_path):
    """Mapped labels come as ours, dropped ones not at all, unknown ones are counted."""
    reading = Reading(spans_key=None, labels={"PERSON": "Source"}, drop=frozenset({"WEATHER"}))
    marks, prediction, pipeline = _read(ruler(), reading, tmp_path / "p")
    assert marks == [("Officials", "Source")] * 2
    assert prediction.model_version == "theirs-1"
    assert not prediction.scores
    assert not pipeline.left_out
    _, _, pipeline = _read(
        ruler(), Reading(spans_key=None, labels={"PERSON": "Source"}), tmp_path / "p"
    )
    assert pipeline.left_out == {"label WEATHER": 1}


def test_a_tokenizer_that_changes_the_text_is_refused(tmp_path):
    """Offsets would be those of another text; which article it was is said."""
    reading = Reading(spans_key=None, labels={"PERSON": "Source"}, drop=frozenset({"WEATHER"}))
    _, _, pipeline = _read(ruler(), reading, tmp_path / "p")
    own = pipeline.nlp.tokenizer

    class Shouting:
        def __call__(self, text):
            return own(text.upper())

    pipeline.nlp.tokenizer = Shouting()
    with pytest.raises(ModelError, match="a: the pipeline's tokenizer changes the text"):
        list(pipeline.predict([_article()]))


@given(texts)
@example(" \u2028\t  a")
def test_spacys_own_tokenizer_keeps_every_character(text):
    """What is read with it is not compared with the article."""
    assert BLANK(text).text == text


def test_another_process_reads_alike(tmp_path):
    """The loader of an added pipeline brings the reading along."""
    reading = Reading(spans_key=None, labels={"PERSON": "Source"}, drop=frozenset({"WEATHER"}))
    _, prediction, pipeline = _read(ruler(), reading, tmp_path / "p")
    again = pipeline.load()
    assert list(again.predict([_article()])) == [prediction]


@Language.component("test_messy_group")
def _messy(doc):
    """Mark overlapping spans, one across paragraphs, white space at ends, one twice."""
    spans = [
        Span(doc, 0, 2, label="A"),
        Span(doc, 1, 4, label="A"),
        Span(doc, 3, 6, label="A"),  # "came." and the line ends after it
        Span(doc, 3, 7, label="A"),  # on into the next paragraph
        Span(doc, 5, 6, label="A"),  # white space alone
        Span(doc, 0, 2, label="B"),  # the same as the first one, once both are Claims
        Span(doc, 0, 0, label="A"),
    ]
    scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    doc.spans["g"] = SpanGroup(doc, name="g", spans=spans, attrs={"scores": scores})
    return doc


def test_spans_that_overlap_cross_or_end_in_white_space(tmp_path):
    """All are read with their scores, less white space at ends and what repeats another."""
    nlp = spacy.blank("en")
    nlp.add_pipe("test_messy_group")
    reading = Reading(spans_key="g", labels={"A": "Claim", "B": "Claim"})
    marks, prediction, _ = _read(nlp, reading, tmp_path / "p")
    assert marks == [
        ("Officials said", "Claim"),
        ("said rain came", "Claim"),
        ("came.", "Claim"),
        ("came.\n\nOfficials", "Claim"),
    ]
    assert [prediction.scores[span.id] for span in prediction.spans] == [0.1, 0.2, 0.3, 0.4]


def test_scores_of_the_spans_themselves(tmp_path):
    """Where the group has none, `span._.score` is the score; what is no number is none."""

    @Language.component("test_scored")
    def scored(doc):
        for span, score in zip(doc.spans["ruler"], (0.25, "high", None), strict=True):
            span._.score = score
        return doc

    Span.set_extension("score", default=None)
    try:
        nlp = ruler("span_ruler")
        nlp.add_pipe("test_scored")
        reading = Reading(spans_key="ruler", labels={"PERSON": "Source", "WEATHER": "Claim"})
        _, prediction, _ = _read(nlp, reading, tmp_path / "p")
    finally:
        Span.remove_extension("score")
    assert list(prediction.scores.values()) == [0.25]
    assert len(prediction.spans) == 3


@pytest.mark.parametrize("linked", [True, False])
def test_links_only_where_a_component_makes_them(linked, tmp_path):
    """Links are read of a pipeline that has the linker, and of no other."""
    nlp = ruler(
        "span_ruler",
        spans_key="sc",
        patterns=[
            {"label": "Source", "pattern": "Officials said"},
            {"label": "Claim", "pattern": "rain came"},
        ],
    )
    if linked:
        nlp.add_pipe("attribution_links", config={"spans_key": "sc"})
    marks, prediction, _ = _read(nlp, Reading(spans_key="sc"), tmp_path / "p")
    assert marks == [("Officials said", "Source"), ("rain came", "Claim")]
    assert [link.label for link in prediction.links] == ["attributed_to"] * linked


def test_a_labelling_config_without_its_labels_is_refused(tmp_path):
    """What the pipeline finds, and what the config has, stand in the message."""
    with pytest.raises(ModelError, match=r"finds PERSON, WEATHER; the labelling config has Claim"):
        _read(ruler(), Reading(spans_key=None), tmp_path / "p")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"spans_key": 3, "labels": {}, "drop": []}'])
def test_a_reading_that_cannot_be_told_is_refused(content, tmp_path):
    """A broken file beside the pipeline is named, with the next step."""
    (tmp_path / READING_FILE).write_text(content)
    with pytest.raises(ModelError, match=r"annotate\.json: what is read") as caught:
        read_reading(tmp_path)
    assert "models add" in caught.value.hint


def test_a_reading_is_written_and_read_back(tmp_path):
    """The file holds all of it, and no link is written through."""
    reading = Reading(spans_key="g", labels={"A": "Claim"}, drop=frozenset({"B"}), package="pack")
    (tmp_path / "elsewhere").write_text("{}")
    (tmp_path / READING_FILE).symlink_to(tmp_path / "elsewhere")
    write_reading(tmp_path, reading)
    assert read_reading(tmp_path) == reading
    assert json.loads((tmp_path / "elsewhere").read_text()) == {}
