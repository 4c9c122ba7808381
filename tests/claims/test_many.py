import json
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from retold import SCHEME, told

from annotate.claims.many import many_claims
from annotate.claims.roles import find_roles
from annotate.claims.sheets import MENTION_COLUMNS, as_objects, mention_cells
from annotate.claims.words import same_words
from annotate.labels import LabelScheme
from annotate.quality.mentions import mentions

ROLES = find_roles(SCHEME)
CLAIMS = (
    "the harbour bridge may close next week",
    "The Harbour bridge may close, next week",
    "the ferries will sail again on Monday",
    "which",
    "Rosa Tamsin",
)


def _list(items, *, grouped=True, scheme=SCHEME):
    with many_claims(items, scheme, ROLES, grouped=grouped) as found:
        return found, {name: list(as_objects(sheet)) for name, sheet in found.sheets.items()}


ARTICLES = st.lists(
    st.tuples(
        st.sampled_from(CLAIMS),
        st.sampled_from(["", "the mayor"]),
        st.sampled_from([None, "Post", "Ledger"]),
        st.sampled_from([None, "2024-01-02", "2024-01-01T10:00:00+02:00", "then"]),
        st.integers(0, 3),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(ARTICLES)
def test_rows_and_wordings_are_those_that_memory_would_have(drawn):
    """Every claim is a row in the order of the articles; equal words of several are a wording."""
    items = [
        told(claim, name=f"a{n}", source=source, outlet=outlet, published=date, group=f"g{group}")
        for n, (claim, source, outlet, date, group) in enumerate(drawn)
    ]
    found, rows = _list(items)
    expected = mentions(items, SCHEME, label="Claim")
    assert [tuple(row[name] for name in MENTION_COLUMNS) for row in rows["claims"]] == [
        mention_cells(row, reference=True) for row in expected
    ]
    assert [row["claim"] for row in rows["claims"]] == list(range(1, len(expected) + 1))
    assert (found.articles, found.claims) == (len(items), len(items))
    assert found.attributed == sum(bool(row["sources"]) for row in expected)
    assert found.undated == sum(item[3] is None for item in drawn)
    assert found.unreadable == sum(item[3] == "then" for item in drawn)
    said = Counter(same_words(item[0]) for item in drawn)
    shared = {key for key, count in said.items() if count > 1}
    assert {same_words(row["name"]) for row in rows["wordings"]} == {
        key for key in shared if len(key.split()) > 2
    }
    assert found.short == sum(len(key.split()) < 3 for key in shared)
    for row in rows["wordings"]:
        theirs = [item for item in drawn if same_words(item[0]) == same_words(row["name"])]
        members = [r for r in rows["claims"] if r["wording"] == row["wording"]]
        assert len(members) == row["mentions"] == row["articles"] == len(theirs)
        assert row["reports"] == len({item[4] for item in theirs})
        dates = [r["published_utc"] for r in members if r["published_utc"]]
        assert row["first_seen"] == min(dates, default=None)
        members.sort(key=lambda r: (r["published_utc"] or "~", r["claim"]))
        assert row["outlets"] == list(dict.fromkeys(r["outlet"] for r in members if r["outlet"]))
    assert [row["wording"] for row in rows["wordings"]] == list(range(1, len(rows["wordings"]) + 1))
    told_most = [(row["reports"], row["articles"]) for row in rows["wordings"]]
    assert told_most == sorted(told_most, reverse=True)


def test_hedges_are_counted_and_without_groups_nothing_is_grouped():
    """A sheet of claims remains, without the column."""
    items = [told(CLAIMS[0], name=name, hedge="may") for name in "ab"]
    found, rows = _list(items)
    assert (found.hedged, rows["wordings"][0]["hedged"], rows["wordings"][0]["not_hedged"]) == (
        2, 2, 0,
    )  # fmt: skip
    _, alone = _list(items, grouped=False)
    assert list(alone) == ["claims"]
    assert alone["claims"] == [
        {k: v for k, v in row.items() if k != "wording"} for row in rows["claims"]
    ]


def test_sheets_are_read_as_often_as_they_are_asked_for():
    """Rows wait on disk, and are the same each time."""
    with many_claims([told(CLAIMS[0], name="a")], SCHEME, ROLES, grouped=True) as found:
        first, again = (json.dumps(list(as_objects(found.sheets["claims"]))) for _ in range(2))
    assert first == again


def test_articles_without_claims_and_strange_labels_are_counted():
    """By label; the claims among them are listed all the same."""
    item = told(CLAIMS[0], name="a", source="the mayor")
    empty = told(CLAIMS[0], name="b")
    empty = replace(empty, marks=replace(empty.marks, spans=(), links=()))
    scheme = LabelScheme(
        from_name="label", to_name="text", text_key="text", span_labels=("Claim",),
    )  # fmt: skip
    found, rows = _list([item, empty], scheme=scheme)
    assert (found.without_claims, found.strange) == (1, {"Source": 1})
    assert len(rows["claims"]) == 1
