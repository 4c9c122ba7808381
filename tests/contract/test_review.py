"""What a review rests on: labels for what is in dispute, notes, and a page that is changed later."""

from annotate.labels import parse_label_config
from annotate.records import Article, Link, Span
from annotate.studio.review_config import review_config, review_labels, same_page
from annotate.studio.review_results import Flagged, flagged_result
from contract.sides import CONFIG, task

SCHEME = parse_label_config(CONFIG)
PAGE = review_config(CONFIG, SCHEME)


def _shown():
    """Return a flagged result for the text of the side's first task."""
    hedge, claim = (
        Span(id=f"s{n}", start=2 * n, end=5, label=label)
        for n, label in enumerate(("Hedge", "Claim"))
    )
    link = Link(head_id="s0", tail_id="s1", label="hedges")
    marks = Flagged(
        spans=(hedge, claim),
        links=(link,),
        notes={"s0": "ada · not ben", link: "→ yor · ada"},
        to_choose={"s0": ("source_type",)},
    )
    article = Article(article_id="a0", text="Mayor 0.")
    return flagged_result(article, marks, SCHEME, review_labels(SCHEME))


def test_a_reviews_page_is_kept_as_it_was_sent(studio):
    """Arrows, question marks and notes; so a later push finds nothing to change."""
    project = studio.project(label_config=PAGE)
    held = studio.owner.client.project(project).label_config
    assert same_page(held, PAGE)
    assert parse_label_config(held).span_labels == parse_label_config(PAGE).span_labels


def test_a_flagged_result_comes_back_as_it_was_sent(studio):
    """With notes and what the page does not show, after the import, in the stream and a change."""
    project = studio.project(label_config=PAGE)
    shown = _shown()
    (number,) = studio.put(project, task(predictions=[("all marks", shown)]))
    assert studio.task(number)["predictions"][0]["result"] == shown
    studio.owner.client.set_model_version(project, "all marks")
    path = "/api/dm/actions/"
    streamed = studio.owner("POST", path, {}, id="next_task", project=project)[1]
    assert [p["result"] for p in streamed["predictions"]] == [shown]
    held = studio.task(number)["predictions"][0]["id"]
    studio.owner.client.set_prediction_result(held, shown[1:])
    assert studio.task(number)["predictions"][0]["result"] == shown[1:]
    made = studio.owner.client.annotate(number, shown, parent_prediction=held)
    (annotation,) = studio.task(number)["annotations"]
    assert (annotation["id"], annotation["result"]) == (made, shown)


def test_a_project_in_work_may_get_a_reviews_page(studio):
    """All that it has fits; back to the annotators' it may not, once disputes stand in it."""
    project = studio.project()
    (number,) = studio.put(project, task())
    region = {**_shown()[0], "value": {**_shown()[0]["value"], "labels": ["Claim"]}}
    studio.owner.client.annotate(number, [region])
    assert studio.owner.client.refuse_label_config(project, PAGE) is None
    studio.owner.client.set_label_config(project, PAGE)
    studio.owner.client.annotate(number, _shown())
    assert studio.owner.client.refuse_label_config(project, CONFIG)
