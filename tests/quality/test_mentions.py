import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.errors import RecordError
from annotate.labels import parse_label_config
from annotate.quality.mentions import COLUMNS, Marked, mentions
from annotate.records import Annotation, Article, Link, Prediction, Span
from annotate.samples import sample_articles
from annotate.workflow.state.init import LABEL_CONFIGS, label_config_template

TEXT = "A memo said officials claimed the bridge may close."
ARTICLE = Article(article_id="a", text=TEXT, title="T", outlet="O", url="U", published="2024-05-14")


def span(span_id, words, label, **attributes):
    start = TEXT.index(words)
    return Span(
        id=span_id,
        start=start,
        end=start + len(words),
        label=label,
        attributes={name: (value,) for name, value in attributes.items()},
    )


SPANS = (
    span("inner", "the bridge may close", "Claim"),
    span("outer", "officials claimed the bridge may close", "Claim"),
    span("memo", "A memo said", "Source", source_type="document"),
    span("officials", "officials claimed", "Source"),
    span("may", "may", "Hedge"),
)
LINKS = (
    Link(head_id="outer", tail_id="memo", label="attributed_to"),
    Link(head_id="inner", tail_id="officials", label="attributed_to"),
    Link(head_id="may", tail_id="inner", label="hedges"),
)
LABELS = ("Claim", "Source", "Hedge", "source_type", "attributed_to", "hedges")


def annotation(article=ARTICLE, spans=SPANS, links=LINKS, labels=LABELS):
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        labels=labels,
        annotator="annotator-x",
        annotation_id="7",
        prediction_shown="rules-1",
    )


def prediction(article=ARTICLE, spans=SPANS, links=LINKS, scores=None):
    return Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        scores=scores or {},
        model_version="rules-1",
    )


def table(marks, scheme, **settings):
    rows = mentions([Marked(article=ARTICLE, marks=marks)], scheme, **settings)
    return {row["span_id"]: row for row in rows}


@given(marked_articles(), st.integers(0, 70), st.booleans())
def test_every_span_gives_one_row(scheme, marked, context, by_machine):
    """Each span stands in exactly one row, as written, with its surroundings, and fits into JSON."""
    article, spans, links = marked
    marks = (prediction if by_machine else annotation)(article, spans, links)
    rows = mentions([Marked(article=article, marks=marks)], scheme, context=context)
    assert sorted(row["span_id"] for row in rows) == sorted(s.id for s in spans)
    by_id = {s.id: s for s in spans}
    for row in rows:
        assert tuple(row) == COLUMNS
        found = by_id[row["span_id"]]
        assert (row["start"], row["end"], row["label"]) == (found.start, found.end, found.label)
        assert row["text"] == article.text[row["start"] : row["end"]]
        around = row["before"] + row["text"] + row["after"]
        begin = row["start"] - len(row["before"])
        assert article.text[begin : begin + len(around)] == around
        assert len(row["before"]) == min(context, row["start"])
        assert len(row["after"]) == min(context, len(article.text) - row["end"])
        assert {name: tuple(v) for name, v in row["attributes"].items()} == found.attributes
    assert json.loads(json.dumps(rows)) == rows
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)


@given(marked_articles())
def test_links_stand_at_both_ends(scheme, marked):
    """Every link is read once from its head and once from its tail; claims tell what they have."""
    article, spans, links = marked
    marks = annotation(article, spans, links)
    rows = mentions([Marked(article=article, marks=marks)], scheme)
    for side in ("links_to", "linked_from"):
        assert sum(len(t) for row in rows for t in row[side].values()) == len(links)
    for row in rows:
        if row["label"] == "Claim":
            assert row["sources"] == row["links_to"].get("attributed_to", [])
            assert len(row["source_types"]) == len(row["sources"])
            assert row["hedges"] == row["linked_from"].get("hedges", [])
            assert row["hedged"] is bool(row["hedges"])
            assert row["chain"][len(row["chain"]) - len(row["sources"]) :] == row["sources"]
        else:
            assert row["sources"] is row["chain"] is row["hedges"] is row["hedged"] is None


def test_a_claim_tells_its_sources_and_hedges(scheme):
    """A claim inside another's has the outer claim's source before its own, and its hedge."""
    rows = table(annotation(), scheme)
    inner, outer = rows["inner"], rows["outer"]
    assert inner["sources"] == ["officials claimed"]
    assert inner["source_types"] == [None]
    assert inner["chain"] == ["A memo said", "officials claimed"]
    assert (inner["hedges"], inner["hedged"]) == (["may"], True)
    assert (outer["source_types"], outer["chain"]) == (["document"], ["A memo said"])
    assert (outer["hedges"], outer["hedged"]) == ([], False)
    assert rows["memo"]["linked_from"] == {
        "attributed_to": ["officials claimed the bridge may close"]
    }


def test_a_source_of_both_claims_stands_once_in_the_chain(scheme):
    """A source to which an outer and an inner claim are linked is no source of itself."""
    both = Link(head_id="outer", tail_id="officials", label="attributed_to")
    rows = table(annotation(links=(*LINKS, both)), scheme)
    assert rows["inner"]["chain"] == ["A memo said", "officials claimed"]


def test_a_row_tells_where_it_comes_from(scheme):
    """The article's metadata, its place, and who marked it stand in each row."""
    marked = Marked(article=ARTICLE, marks=annotation(), group="g", split="dev")
    row = mentions([marked], scheme)[0]
    assert [row[name] for name in COLUMNS[:7]] == ["a", "T", "O", "2024-05-14", "U", "g", "dev"]
    assert (row["annotator"], row["annotation_id"]) == ("annotator-x", "7")
    assert (row["prediction_shown"], row["model_version"], row["score"]) == ("rules-1", None, None)
    row = table(prediction(scores={"may": 0.9}), scheme)["may"]
    assert (row["annotator"], row["annotation_id"], row["group"]) == (None, None, None)
    assert (row["model_version"], row["score"]) == ("rules-1", 0.9)


def test_what_nobody_annotated_is_unknown(scheme):
    """Without a word about a link kind its columns are None, not empty."""
    rows = table(annotation(links=LINKS[:2], labels=("Claim", "Source", "attributed_to")), scheme)
    assert rows["inner"]["sources"] == ["officials claimed"]
    assert rows["inner"]["hedges"] is None
    assert rows["inner"]["hedged"] is None


def test_the_scheme_says_which_label_is_claimed():
    """Content heads attributed_to in the config `parc`; without link ends no label does."""
    parc = parse_label_config(label_config_template("parc.xml"))
    content = span("c", "the bridge may close", "Content")
    source = span("s", "officials", "Source")
    link = Link(head_id="c", tail_id="s", label="attributed_to")
    marks = prediction(spans=(content, source), links=(link,))
    row = table(marks, parc.with_link_ends(LABEL_CONFIGS["parc"].links))["c"]
    assert (row["sources"], row["hedged"]) == (["officials"], None)
    assert table(marks, parc)["c"]["sources"] is None


def test_marks_of_another_article_are_refused():
    """Neither another article's id nor another text passes."""
    for other in (
        Article(article_id="b", text=TEXT),
        Article(article_id="a", text=TEXT + " No."),
    ):
        with pytest.raises(RecordError, match="belong to another"):
            Marked(article=other, marks=annotation())


def test_the_sample_corpus_fits_into_a_table(scheme):
    """Every gold span of the samples has its row, and chains of two sources occur."""
    lines = sample_articles()
    marked = [
        Marked(
            article=line.article,
            marks=line.annotation(annotator="x", annotation_id="1", all_names=scheme.all_names),
        )
        for line in lines
    ]
    rows = mentions(marked, scheme)
    assert len(rows) == sum(len(line.spans) for line in lines)
    assert any(row["chain"] is not None and len(row["chain"]) > 1 for row in rows)
