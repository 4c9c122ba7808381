from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retold import SCHEME, told
from strategies import marked_articles

from annotate.errors import UsageError
from annotate.labels import ChoiceControl
from annotate.quality.concordance import (
    HitCounts,
    Query,
    concordance,
    count_hits,
    each_concordance,
)
from annotate.quality.mentions import Marked
from annotate.records import Prediction

TYPES = ChoiceControl(name="source_type", options=("named", "unnamed"), labels=("Source",))
TYPED = replace(SCHEME, choices=(TYPES,))
ITEMS = (
    told("the bridge may close", name="b", source="Officials said", kind="unnamed", hedge="may"),
    told("nobody may enter", name="a", outlet="Corran Wire"),
)


def found(**query):
    return concordance(ITEMS, Query(**query), TYPED)


def test_words_are_found_where_they_are_marked_and_where_not():
    """Each place tells the marks that cover it, the smallest first, in order of the articles."""
    hits = found(text="MAY")
    assert [(hit.article_id, hit.text, hit.labels) for hit in hits] == [
        ("a", "may", ("Claim",)),
        ("b", "may", ("Hedge", "Claim")),
    ]
    assert count_hits(hits) == {"Claim": 2, "Hedge": 1}
    assert count_hits(found(text="harbour")) == {"unmarked": 2}


@pytest.mark.parametrize(
    "query", [{"text": "may"}, {"label": "Claim"}, {"text": "harbour"}, {"outlet": "corran wire"}]
)
def test_article_by_article_it_is_the_same(query):
    """In the order in which they come, with the same counts; nothing is held."""
    counts = HitCounts()
    hits = []
    for some in each_concordance(iter(ITEMS), Query(**query), TYPED):
        counts.add(some)
        hits += some
    assert sorted(hits, key=lambda hit: hit.article_id) == found(**query)
    assert counts.by_label() == count_hits(hits)
    assert (counts.places, counts.articles) == (len(hits), len({hit.article_id for hit in hits}))


def test_an_outlet_that_no_article_has_is_told_at_the_end():
    """Only then everybody was asked."""
    going = each_concordance(iter(ITEMS), Query(text="may", outlet="Nobody"), TYPED)
    with pytest.raises(UsageError, match="Nobody"):
        next(going)


def test_words_are_whole_ones():
    """A part of a word is found with a regular expression; white space between words is any."""
    assert found(text="clos") == []
    assert [hit.text for hit in found(text=r"clos\w*", regex=True)] == ["close"]
    assert len(found(text="harbour \n bridge")) == 2


@pytest.mark.parametrize(
    ("words", "count"), [("£", 2), ("£1", 1), ("“it", 1), ("it”", 0), ("%", 1), ("<script>", 1)]
)
def test_a_sign_at_the_end_of_a_query_is_no_part_of_a_word(words, count):
    """Only where the query begins or ends with a word does that word have to end there."""
    item = told("it cost £1 or £2m, 5%of all, “it <script>x</script> said", name="a")
    assert len(concordance([item], Query(text=words), SCHEME)) == count


def test_marks_are_found_by_label_choice_and_link():
    """With what they link to, and the words that they hold."""
    (source,) = found(label="Source")
    assert source.choices == ("source_type=unnamed",)
    assert source.links == (("attributed_to", "the bridge may close"),)
    assert found(choice="source_type=unnamed") == found(choice="source_type") == [source]
    assert found(choice="source_type=named") == []
    assert [hit.text for hit in found(label="Claim", link="hedges")] == ["the bridge may close"]
    assert [hit.text for hit in found(label="Claim", without_link="hedges")] == ["nobody may enter"]
    assert [hit.text for hit in found(label="Claim", text="enter")] == ["nobody may enter"]


def test_words_that_a_label_does_not_cover_can_be_kept():
    """Where "may" is no hedge."""
    assert [hit.article_id for hit in found(text="may", without_label="Hedge")] == ["a"]


def test_an_outlet_is_named_in_any_case():
    """Articles without one are left out."""
    assert [hit.article_id for hit in found(text="may", outlet="corran wire")] == ["a"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"label": "Foo"}, "--label: no 'Foo' here; there are: Claim, Source, Hedge"),
        ({"choice": "mood"}, "--choice: no 'mood' here; there are: source_type"),
        ({"choice": "source_type=x"}, "--choice: no 'x' here; there are: named, unnamed"),
        ({"link": "x"}, "--link: no 'x' here"),
        ({"without_link": "x"}, "--without-link: no 'x' here"),
        ({"without_label": "Hedge", "label": "Claim"}, "--without-label is about words"),
        ({"text": "x(", "regex": True}, "no regular expression"),
        ({"text": "  "}, "empty"),
        ({"text": "may", "outlet": "Nope"}, "--outlet: no 'Nope' here; there are: Corran Wire"),
    ],
)
def test_what_cannot_be_found_is_told(query, said):
    """With what there is."""
    with pytest.raises(UsageError, match=said):
        found(**query)


def test_an_expression_that_matches_nothing_finds_nothing():
    """Empty matches are no places."""
    assert found(text="x*", regex=True) == []


@given(marked=marked_articles(), words=st.text(min_size=1, max_size=4).filter(str.strip))
def test_a_place_is_what_stands_there(marked, words):
    """Offsets, text and surroundings fit the article, whatever its characters are."""
    article, spans, links = marked
    marks = Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        model_version="m",
    )
    item = Marked(article=article, marks=marks)
    scheme = replace(SCHEME, span_labels=tuple({s.label for s in spans} | {"Claim"}))
    for query in (Query(text=words), Query()):
        for hit in concordance([item], query, scheme, context=7):
            assert article.text[hit.start : hit.end] == hit.text
            around = f"{hit.before}{hit.text}{hit.after}"
            assert article.text[hit.start - len(hit.before) : hit.end + len(hit.after)] == around
    assert len(concordance([item], Query(), scheme)) == len(spans)
