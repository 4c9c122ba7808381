import pytest
from gold import adopt_jsonl
from retold import told

from annotate.errors import InputError, UnknownExportError, UsageError
from annotate.jsonl import ArticleLine, article_line_to_json, dumps
from annotate.workflow.show.claims import collect_claims, marked_articles

CLAIM = "the harbour bridge may close next week"


def line(name, claim=CLAIM, **fields):
    """Return an article line as JSON; `fields` are those of the line."""
    item = told(claim, name=name, source="Officials said", hedge="may" if "may" in claim else "")
    held = ArticleLine(article=item.article, spans=item.marks.spans, links=item.marks.links)
    return {**article_line_to_json(held), **fields}


@pytest.fixture
def write(tmp_path):
    """Return `write(*lines)`: a file of them."""

    def run(*lines):
        path = tmp_path / "claims-in.jsonl"
        path.write_text("".join(dumps(value) + "\n" for value in lines))
        return path

    return run


def test_predictions_of_a_file_become_claims(context, write):
    """With model version and score; near-duplicates in the file are one report."""
    file = write(line("a", model_version="m-1"), line("b", model_version="m-1"))
    held = marked_articles(context, file)
    table = collect_claims(context, held)
    assert [claim.mention["model_version"] for claim in table.claims] == ["m-1", "m-1"]
    (wording,) = table.wordings
    assert (wording.articles, wording.reports) == (2, 1)


def test_the_gold_of_a_version_counts(context, write):
    """One set of marks an article; further annotators where they are asked for."""
    adopt_jsonl(context, write(line("a"), line("b")), annotator="ines@example.org")
    adopt_jsonl(context, write(line("a")), annotator="olu@example.org")
    held = marked_articles(context, None)
    assert (len(held.reference), len(held.others), held.several) == (2, 0, 1)
    everybody = marked_articles(context, None, all_annotators=True)
    assert (len(everybody.reference), len(everybody.others)) == (2, 1)
    assert len(collect_claims(context, everybody).claims) == 3
    assert len(marked_articles(context, None, export="1").reference) == 2


def test_without_a_version_there_is_nothing_to_read(context):
    """It says that there is none."""
    with pytest.raises(UnknownExportError):
        marked_articles(context, None)


def test_file_and_version_are_not_both_read(context, write):
    """One of them has to go."""
    with pytest.raises(UsageError, match="name one of them"):
        marked_articles(context, write(line("a")), export="1")


def test_two_lines_of_an_article_need_one_that_counts(context, write):
    """Line and article are named; `reference` settles it, and the other is kept if wanted."""
    with pytest.raises(
        InputError, match=r"claims-in.jsonl:2: article 'a' stands here again .* no line"
    ):
        marked_articles(context, write(line("a"), line("a")))
    with pytest.raises(InputError, match="more than one"):
        marked_articles(context, write(line("a", reference=True), line("a", reference=True)))
    file = write(line("a", reference=False), line("a", reference=True, annotator="olu"))
    held = marked_articles(context, file, all_annotators=True)
    assert held.reference[0].marks.annotator == "olu"
    assert len(held.others) == 1
    assert held.reference[0].group == held.others[0].group == "a"


def test_an_article_whose_lines_all_say_that_they_do_not_count_is_undecided(context, write):
    """As where no rule of adjudication decides: it is named, and the others are read."""
    file = write(line("a", reference=False), line("a", reference=False), line("b"))
    held = marked_articles(context, file, all_annotators=True)
    assert [item.article.article_id for item in held.reference] == ["b"]
    assert (held.others, held.undecided) == ((), ("a",))


def test_who_made_the_marks_is_said(context, write):
    """A model, whom nobody has checked, or people, or both."""
    machine, person = line("a", model_version="m-1"), line("b")
    checked = "annotated by people (what counts as gold)"
    unchecked = "marked by the model m-1; nobody has checked them"
    assert marked_articles(context, write(machine)).marked_by() == unchecked
    assert marked_articles(context, write(person)).marked_by() == checked
    both = marked_articles(context, write(machine, person)).marked_by()
    assert both == f"{checked}: 1; {unchecked}: 1"


def test_an_empty_file_is_told(context, write):
    """It has no article."""
    with pytest.raises(InputError, match="no article"):
        marked_articles(context, write())


def test_marks_of_other_labels_are_no_empty_table(context, write):
    """Where no mark has a label of the workspace, it says what there is."""
    value = line("a", model_version="m-1", links=[])
    value["spans"] = [{**span, "label": "PERSON"} for span in value["spans"]]
    with pytest.raises(UsageError, match="the labels here are PERSON"):
        collect_claims(context, marked_articles(context, write(value)))


def test_labels_of_elsewhere_are_counted(context, write):
    """Marks that nothing looks at do not vanish without a word."""
    value = line("a", model_version="m-1", links=[])
    value["spans"].append({"start": 0, "end": 3, "label": "PERSON"})
    held = marked_articles(context, write(value))
    assert held.strange_labels(context.scheme) == {"PERSON": 1}
