import random
from dataclasses import replace

from retold import SCHEME, told

from annotate.claims.roles import find_roles
from annotate.claims.sheets import as_objects, sheets
from annotate.claims.table import claim_table
from annotate.labels import parse_label_config
from annotate.quality.mentions import Marked
from annotate.records import Annotation, Article, Span
from annotate.samples import sample_articles
from annotate.workflow.state.init import LABEL_CONFIGS, label_config_template

CLAIM = "the harbour bridge may close next week"
SURE = "the harbour bridge will close next week"


def table_of(*items, **settings):
    return claim_table(items, SCHEME, find_roles(SCHEME), **settings)


def three_papers():
    return (
        told(SURE, name="c", outlet="Third", published="2024-01-03"),
        told(CLAIM, name="a", hedge="may", outlet="First", published="2024-01-01", group="wire"),
        told(CLAIM, name="b", hedge="may", outlet="Second", published="2024-01-02", group="wire"),
    )


def test_a_wire_story_in_several_papers_is_one_voice():
    """Reports are counted by near-duplicate group, outlets by name, in order of time."""
    table = table_of(*three_papers())
    (wording,) = table.wordings
    assert wording.name == SURE
    assert wording.outlets == ("First", "Second", "Third")
    assert (wording.articles, wording.reports) == (3, 2)
    assert (wording.hedged, wording.not_hedged) == (2, 1)
    assert wording.first_seen == "2024-01-01"
    assert [found.kind for found in wording.differences] == ["hedge dropped"]
    assert [claim.article.article_id for claim in wording.claims] == ["a", "b", "c"]


def test_the_order_of_the_articles_changes_nothing():
    """The same sheets, to the cell, from articles in another order."""
    scheme = parse_label_config(label_config_template(LABEL_CONFIGS["claims"].xml)).with_link_ends(
        LABEL_CONFIGS["claims"].links
    )
    items = [
        Marked(
            article=line.article,
            marks=line.annotation(annotator="x", annotation_id="1", all_names=scheme.all_names),
            group=line.article.article_id,
        )
        for line in sample_articles()[4:12]
    ]
    first = sheets(claim_table(items, scheme, find_roles(scheme)))
    random.Random(1).shuffle(items)  # noqa: S311
    assert sheets(claim_table(items, scheme, find_roles(scheme))) == first


def test_every_claim_stands_in_one_wording_of_its_story():
    """Nothing is lost or doubled between the sheets."""
    table = table_of(*three_papers(), told("nobody was hurt in the harbour", name="d"))
    held = [claim.number for wording in table.wordings for claim in wording.claims]
    assert sorted(held) == [claim.number for claim in table.claims] == [1, 2, 3, 4]
    for wording in table.wordings:
        assert {claim.story for claim in wording.claims} == {wording.story}


def test_further_annotators_are_rows_and_no_voices():
    """They have the wording of the span that the gold marks as well; others are counted."""
    first, *rest = three_papers()
    same = replace(first, marks=replace(first.marks, annotation_id="2", annotator="annotator-y"))
    shorter = replace(
        first,
        marks=replace(
            first.marks,
            annotation_id="3",
            spans=tuple(replace(span, end=span.end - 5) for span in first.marks.spans),
        ),
    )
    table = table_of(first, *rest, others=(same, shorter))
    assert len(table.claims) == 5
    assert table.ungrouped == 1
    assert [claim.wording for claim in table.claims if claim.reference] == [1, 1, 1]
    assert [claim.wording for claim in table.claims if not claim.reference] == [1, None]
    assert table.wordings[0].articles == 3


def test_a_claim_inside_a_claim_stands_apart_from_it():
    """The inner one is no second telling of the outer one."""
    inner = "the old harbour dam will hold"
    item = told(f"engineers believe {inner}", name="a")
    start = item.article.text.index(inner)
    spans = (*item.marks.spans, Span(id="i", start=start, end=start + len(inner), label="Claim"))
    table = table_of(replace(item, marks=replace(item.marks, spans=spans)))
    assert len(table.wordings) == 2


def test_articles_without_claims_and_dates_are_counted():
    """Nothing silent: an annotated article without a claim, and one without a date."""
    article = Article(article_id="e", text="Nothing is said.", published="2024-01-01")
    empty = Annotation(
        article_id="e",
        text_sha256=article.text_sha256,
        spans=(),
        labels=SCHEME.all_names,
        annotator="annotator-x",
        annotation_id="e-1",
    )
    table = table_of(Marked(article=article, marks=empty), told(CLAIM, name="a"))
    assert (table.articles, table.without_claims, table.undated) == (2, 1, 1)
    assert table.wordings[0].first_seen is None


def test_a_text_that_is_no_date_is_nobodys_first_sight():
    """It is counted apart; what can be read is ISO, and in UTC to sort by."""
    table = table_of(
        told(CLAIM, name="a", published="soon"),
        told(CLAIM, name="b", published="08.06.2024"),
        told(CLAIM, name="c", published="Mon, 10 Jun 2024 01:00:00 +0200"),
        told(CLAIM, name="d"),
    )
    assert (table.undated, table.unreadable) == (1, ("08.06.2024", "soon"))
    held = sheets(table)
    (story,) = as_objects(held["stories"])
    assert story["first_seen"] == story["last_seen"] == "2024-06-09T23:00:00Z"
    assert table.wordings[0].first_seen == "2024-06-09T23:00:00Z"
    assert [row["published_utc"] for row in as_objects(held["claims"])] == [
        "2024-06-09T23:00:00Z",
        *(None, None, None),
    ]


def test_signs_of_direction_stand_in_the_data_as_they_were_written():
    """They are escaped where they are shown, not where they are kept."""
    (story,) = as_objects(sheets(table_of(told(CLAIM, name="a", title="t \u202e")))["stories"])
    assert story["name"] == "t \u202e"


def test_nothing_at_all_is_an_empty_table():
    """No article, no claim, no group; the sheets have their columns."""
    table = table_of()
    assert table.claims == table.stories == table.wordings == ()
    assert all(not sheet.rows and sheet.columns for sheet in sheets(table).values())


def test_a_thousand_claims_in_one_article_are_no_burden():
    """Each is a row; those that differ by their number stand apart."""
    text = " ".join(f"The quay number {n} is closed to ships." for n in range(1000))
    article = Article(article_id="a", text=text)
    starts = [text.index(f"The quay number {n} is") for n in range(1000)]
    spans = tuple(
        Span(id=f"s{n}", start=at, end=text.index(".", at), label="Claim")
        for n, at in enumerate(starts)
    )
    marks = replace(
        told(CLAIM, name="a").marks, text_sha256=article.text_sha256, links=(), spans=spans
    )
    assert len(table_of(Marked(article=article, marks=marks)).wordings) == 1000


def test_groups_can_be_left_out():
    """Then the sheets know nothing of wordings."""
    table = table_of(*three_papers(), grouped=False)
    assert table.wordings is None
    assert set(sheets(table)) == {"stories", "claims"}
    assert "wording" not in sheets(table)["claims"].columns


def test_a_row_of_a_prediction_has_its_model_and_score():
    """And no annotator."""
    table = table_of(told(CLAIM, name="a", machine=True, source="He said", hedge="may"))
    (row,) = as_objects(sheets(table)["claims"])
    assert (row["model_version"], row["score"], row["annotator"]) == ("m-1", 0.5, None)
    assert (row["sources"], row["hedges"], row["hedged"]) == (["He said"], ["may"], True)
