"""F1 of two raters; `agreement` puts it together over pairs and articles."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.labels import ChoiceControl, LabelScheme
from annotate.quality.agreement.pairwise import score_links_of_pair, score_pair
from annotate.quality.agreement.raters import Marks, RatedArticle, last_of_each, shared_article
from annotate.quality.agreement.report import agreement
from annotate.quality.scoring import Tokens
from annotate.records import Annotation, Link, Span, text_hash

LABELS = ("Claim", "Source")
TEXT = "Officials said the bridge may close on Monday."
TOKENS = Tokens.of(TEXT)
SCHEME = LabelScheme(
    from_name="label",
    to_name="text",
    text_key="text",
    span_labels=LABELS,
    choices=(ChoiceControl(name="type", options=("named", "unnamed"), labels=("Source",)),),
    link_labels=("attributed_to",),
)
CLAIM = (15, 35, "Claim")


def _spans(places):
    return tuple(Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places))


def _marks(who, *places, names=SCHEME.all_names, links=()):
    return Marks(rater=who, spans=_spans(places), names=frozenset(names), links=links)


def _article(*people, models=(), number=1):
    return RatedArticle(article_id=f"a{number}", text=TEXT, people=people, models=models)


def _annotation(who, *places, shown=None, number="1"):
    return Annotation(
        article_id="a",
        text_sha256=text_hash(TEXT),
        spans=_spans(places),
        labels=LABELS,
        annotator=who,
        annotation_id=number,
        updated_at=f"2025-01-0{number}",
        prediction_shown=shown,
    )


def test_exact_and_token_agreement_are_those_counted_by_hand():
    """A source alike; of the claim's four words and three, three are shared; the end is near."""
    both = _article(
        _marks("ada", (0, 9, "Source"), CLAIM), _marks("ben", (0, 9, "Source"), (15, 29, "Claim"))
    )
    found = agreement([both], SCHEME)
    assert (found.articles, found.pairs) == (1, 1)
    exact, token = found.measures["exact"], found.measures["token"]
    assert (exact["Source"].value, exact["Claim"].value, exact["all"].value) == (1.0, 0.0, 0.5)
    assert token["Claim"].value == pytest.approx(2 * 3 / 7)
    assert found.measures["near"]["Claim"].value == 1.0
    assert (exact["all"].low, exact["all"].high) == (None, None)
    assert exact["all"].reason == "only 1 article gives ground; an interval needs 5"
    assert found.matrix["ada", "ben"].f1 == 0.5


def test_nested_and_overlapping_spans_count_like_any_other():
    """A claim inside a claim is found where both drew it."""
    nested = [(0, 46, "Claim"), CLAIM]
    found = agreement([_article(_marks("ada", *nested), _marks("ben", nested[0]))], SCHEME)
    assert found.measures["exact"]["Claim"].value == pytest.approx(2 / 3)


def test_three_people_are_three_pairs_and_the_interval_is_over_articles():
    """Each pair counts alike; three articles in which all agree, three in which one differs."""
    one = [_marks(who, CLAIM) for who in ("ada", "ben", "cyd")]
    other = [_marks("ada", CLAIM), _marks("ben", CLAIM), _marks("cyd")]
    articles = [_article(*(other if n % 2 else one), number=n) for n in range(6)]
    found = agreement(articles, SCHEME)
    assert found.pairs == 18
    measured = found.measures["exact"]["Claim"]
    assert measured.value == pytest.approx(2 * 4 / 10)
    assert measured.low < measured.value < measured.high
    assert found.matrix["ada", "ben"].f1 == 1.0
    assert found.matrix["ada", "cyd"].articles == 6


def test_the_articles_with_least_agreement_come_first():
    """By their F1, then by the spans that one of two lacks; where nobody marked anything, last."""
    apart = _article(_marks("ada", CLAIM), _marks("ben"), number=1)
    alike = _article(_marks("ada", CLAIM), _marks("ben", CLAIM), number=2)
    further = _article(_marks("ada", CLAIM, (0, 9, "Claim")), _marks("ben"), number=3)
    empty = _article(_marks("ada"), _marks("ben"), number=4)
    found = agreement([empty, alike, apart, further], SCHEME).by_article
    assert [(a.article_id, a.differing) for a in found] == [
        ("a3", 2),
        ("a1", 1),
        ("a2", 0),
        ("a4", 0),
    ]


def test_models_stand_in_the_matrix_alone():
    """One person and a model are no agreement among people, and have a cell with its articles."""
    alone = _article(_marks("ada", CLAIM), models=(_marks("rules-1", CLAIM, (0, 9, "Claim")),))
    found = agreement([alone], SCHEME)
    assert (found.articles, found.pairs, found.measures["exact"]) == (0, 0, {})
    assert found.matrix["ada", "rules-1"].f1 == pytest.approx(2 / 3)
    assert found.matrix["ada", "rules-1"].articles == 1


def test_what_one_of_two_did_not_look_for_is_not_compared():
    """A label that is unknown to one is neither agreement nor the lack of it."""
    apart = _article(_marks("ada", CLAIM, (0, 9, "Source")), _marks("ben", CLAIM, names=("Claim",)))
    found = agreement([apart], SCHEME)
    assert set(found.measures["exact"]) == {"all", "Claim"}
    assert found.measures["exact"]["all"].value == 1.0


def test_links_and_choices_are_compared():
    """A link by kind and both ends; a choice on the spans that both drew."""
    link = Link(head_id="0", tail_id="1", label="attributed_to")
    ada = _marks("ada", CLAIM, (0, 9, "Source"), links=(link,))
    ben = _marks("ben", CLAIM, (0, 9, "Source"))
    chosen = tuple(
        replace(span, attributes={"type": ("named",)}) if span.label == "Source" else span
        for span in ada.spans
    )
    other = tuple(
        replace(span, attributes={"type": ("unnamed",)}) if span.label == "Source" else span
        for span in ben.spans
    )
    found = agreement([_article(replace(ada, spans=chosen), replace(ben, spans=other))], SCHEME)
    assert found.links["attributed_to"].value == 0.0
    assert (found.choices["type"].right, found.choices["type"].of) == (0, 1)
    assert found.choice_alpha["type"].value == 0.0
    both = score_links_of_pair("a", ada, replace(ben, links=(link,)))
    assert both.counts["attributed_to"]["exact"].f1 == 1.0


@pytest.mark.parametrize(
    "people",
    [
        [_marks("ada"), _marks("ben")],
        [_marks("ada", CLAIM)],
        [],
        [_marks("ada", names=()), _marks("ben", names=())],
    ],
)
def test_where_nothing_can_be_compared_there_is_no_figure(people):
    """Nobody, one person, two who marked nothing, two who looked for nothing."""
    found = agreement([_article(*people)], SCHEME)
    values = [m.value for labels in found.measures.values() for m in labels.values()]
    assert set(values) <= {None}
    assert {measured.value for measured in found.alpha.values()} <= {None}
    assert agreement([], SCHEME).articles == 0


def test_near_spans_are_paired_as_many_as_can_be():
    """Two that are near to the same one count once; each takes the one that leaves most pairs."""
    tokens = Tokens.of("a b c d e f")
    one = _marks("ada", (0, 5, "Claim"), (2, 7, "Claim"))
    other = _marks("ben", (0, 3, "Claim"), (2, 5, "Claim"))
    counts = score_pair("a", one, other, tokens, ("Claim",), tolerance=1).counts["Claim"]["near"]
    assert (counts.found, counts.f1) == (2, 1.0)
    twice = _marks("ben", (2, 5, "Claim"))
    assert score_pair("a", one, twice, tokens, ("Claim",), tolerance=1).counts["Claim"][
        "near"
    ].f1 == pytest.approx(2 / 3)


_PLACES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 16), st.sampled_from(LABELS)).map(
        lambda t: (t[0], t[0] + t[1], t[2])
    ),
    max_size=6,
    unique=True,
)


@given(_PLACES, _PLACES, st.integers(0, 3))
def test_who_comes_first_does_not_matter_and_tolerance_only_adds(one, other, tolerance):
    """F1 is the same both ways, near is at least exact, and all of oneself is alike."""
    ada, ben = _marks("ada", *one), _marks("ben", *other)

    def score(a, b, by):
        return score_pair("a", a, b, TOKENS, LABELS, tolerance=by).counts

    there, back = score(ada, ben, tolerance), score(ben, ada, tolerance)
    more = score(ada, ben, tolerance + 1)
    for label in LABELS:
        for measure in ("exact", "near", "token"):
            assert there[label][measure].f1 == back[label][measure].f1
        assert there[label]["exact"].found <= there[label]["near"].found
        assert there[label]["near"].found <= more[label]["near"].found
        assert score(ada, ada, tolerance)[label]["near"].f1 in (None, 1.0)


def test_a_thousand_spans_in_one_article():
    """Many spans are compared like few."""
    text = "word " * 1500
    places = [(5 * n, 5 * n + 4, "Claim") for n in range(1000)]
    moved = [(5 * n, 5 * n + 9, "Claim") for n in range(1000)]
    people = _marks("ada", *places), _marks("ben", *moved)
    found = agreement([RatedArticle(article_id="a", text=text, people=people)], SCHEME)
    assert found.measures["exact"]["Claim"].value == 0.0
    assert found.measures["near"]["Claim"].value == 1.0


def test_what_a_machine_showed_is_not_blind():
    """One person who saw predictions is enough; so is an article that is not blind."""
    ada, ben = _annotation("ada", CLAIM), _annotation("ben", CLAIM, shown="rules-1")
    assert shared_article("a", TEXT, [ada, ada], blind=True) is None
    assert not shared_article("a", TEXT, [ada, ben], blind=True).blind
    both = [ada, _annotation("ben", CLAIM)]
    assert shared_article("a", TEXT, both, blind=True).blind
    assert not shared_article("a", TEXT, both, blind=False).blind


def test_the_last_annotation_of_each_person_counts():
    """Who annotated twice is counted once, with what they changed last."""
    first, second = _annotation("ada", CLAIM, number="1"), _annotation("ada", number="2")
    assert last_of_each([second, first]) == (second,)
