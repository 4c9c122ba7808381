from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.agreement.raters import Marks, RatedArticle
from annotate.quality.report.differences import MISSED, differences
from annotate.records import Span

LABELS = ("Claim", "Source")
TEXT = " ".join(f"w{n}" for n in range(10))


def _marks(who, *places, names=LABELS):
    spans = tuple(
        Span(id=str(n), start=3 * first, end=3 * last + 2, label=label)
        for n, (first, last, label) in enumerate(places)
    )
    return Marks(rater=who, spans=spans, names=frozenset(names))


def _found(*people):
    return differences([RatedArticle(article_id="a", text=TEXT, people=people)], LABELS)


def test_label_against_label_and_words_apart():
    """Alike, moved by two words, of another label, and there for one of two alone."""
    found = _found(
        _marks("ada", (0, 1, "Claim"), (2, 4, "Claim"), (6, 7, "Claim"), (8, 8, "Source")),
        _marks("ben", (0, 1, "Claim"), (2, 6, "Claim"), (6, 7, "Source")),
    )
    assert found.confusion == {
        ("Claim", "Claim"): 2,
        ("Claim", "Source"): 1,
        ("Source", MISSED): 1,
    }
    assert found.starts["Claim"] == {0: 2}
    assert found.ends["Claim"] == {0: 1, 2: 1}


def test_what_one_did_not_look_for_is_no_difference():
    """A label that is unknown to one of two does not count."""
    found = _found(_marks("ada", (0, 1, "Claim")), _marks("ben", names=("Source",)))
    assert found.confusion == {}


_PLACES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from(LABELS)).map(
        lambda t: (t[0], min(9, t[0] + t[1]), t[2])
    ),
    max_size=5,
    unique=True,
)


@given(_PLACES, _PLACES)
def test_every_span_of_both_is_counted(one, other):
    """A pair stands for two spans, what is missed for one."""
    found = _found(_marks("ada", *one), _marks("ben", *other)).confusion
    spans = sum(count * (1 if MISSED in pair else 2) for pair, count in found.items())
    assert spans == len(one) + len(other)
