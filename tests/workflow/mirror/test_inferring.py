"""Links that nobody drew: by structure, never over a drawn or a deleted one."""

from dataclasses import replace

import pytest
from comparer import check_mirror
from double import DoubleStudio
from double.trials import prepare
from hypothesis import given
from hypothesis import strategies as st
from stories import mark, relate, task_of, write_stories
from strategies import marked_articles

from annotate.exports.lines import ExportedArticle
from annotate.labels import parse_label_config
from annotate.records import Annotation, Link, without_inferred
from annotate.workflow.maintenance.restore import apply_restore, plan_restore
from annotate.workflow.mirror.inferring import GONE, inferred_links, with_inferred
from annotate.workflow.state.init import label_config_template

SCHEME = parse_label_config(label_config_template("claims.xml")).with_link_ends(
    {"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")}
)

_kinds = st.sampled_from(["attributed_to", "hedges", "cites"])


@st.composite
def _work(draw):
    """An article with marks, what structure would give, and what was deleted of a prediction."""
    article, spans, drawn = draw(marked_articles())
    ids = [span.id for span in spans]
    pairs = st.tuples(st.sampled_from(ids or ["-"]), st.sampled_from(ids or ["-"]), _kinds)
    some = st.lists(pairs.filter(lambda p: p[0] != p[1]), max_size=6, unique=True)
    given_, gone = (
        [Link(head_id=h, tail_id=t, label=kind) for h, t, kind in (draw(some) if ids[1:] else ())]
        for _ in range(2)
    )
    structure = tuple(replace(link, inferred=True) for link in given_)
    return article, spans, drawn, structure, draw(st.sampled_from([tuple(gone), None, "blind"]))


def _line(article, spans, links, **fields):
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        labels=SCHEME.all_names,
        annotator="annotator-1",
        annotation_id=fields.pop("annotation_id", "7"),
        **fields,
    )
    return ExportedArticle(
        article=article, annotations=(annotation,), group="g", split="train", blind=False
    )


@given(_work())
def test_what_people_drew_and_deleted_stands(work):
    """Nothing is added where a link of that kind was drawn or deleted, and nothing is taken away."""
    article, spans, drawn, structure, gone = work
    deleted = {} if gone == "blind" else {"7": gone}
    line = _line(article, spans, drawn)
    (found,) = with_inferred(line, None, deleted, SCHEME, lambda *_: structure, {})[0].annotations
    assert without_inferred(found) == line.annotations[0]
    added = [link for link in found.links if link.inferred]
    assert gone is not None or not added
    settled = [*drawn, *(gone if isinstance(gone, tuple) else ())]
    labels = {span.id: span.label for span in spans}
    for link in added:
        assert link in structure
        assert not any(
            link.label == other.label and link.head_id in (other.head_id, other.tail_id)
            for other in settled
        )
        assert SCHEME.link_ends[link.label] == (labels[link.head_id], labels[link.tail_id])


@given(_work())
def test_to_infer_again_changes_nothing(work):
    """Neither from what was inferred, nor beside the version that holds it, prediction or not."""
    article, spans, drawn, structure, gone = work
    deleted = {} if gone == "blind" else {"7": gone}
    line = _line(article, spans, drawn)

    def infer(line, held, deleted=deleted):
        return with_inferred(line, held, deleted, SCHEME, lambda *_: structure, {})[0]

    once = infer(line, None)
    assert infer(once, None) == (once if gone is not None else line)
    assert infer(line, once) == infer(once, once) == once
    assert infer(line, once, {"7": None}) == once


def test_what_is_not_the_annotators_project_is_left_alone():
    """Work from files, a reviewer's decision, kinds of links that were not annotated at all."""
    article, spans, _ = _RAIN
    structure = (Link(head_id="c", tail_id="s", label="attributed_to", inferred=True),)

    def infer(line):
        return with_inferred(line, None, {}, SCHEME, lambda *_: structure, {})[0]

    line = _line(article, spans, ())
    assert inferred_links(infer(line)) == {("7", structure[0])}
    for number in ("file-x", "review-y"):
        adopted = _line(article, spans, (), annotation_id=number)
        assert infer(adopted) == adopted
    (annotation,) = line.annotations
    unknown = replace(line, annotations=(replace(annotation, labels=("Claim", "Source")),))
    assert infer(unknown) == unknown
    unread = replace(annotation, extra=({"type": "relation", "from_id": "c", "to_id": "s"},))
    assert infer(replace(line, annotations=(unread,))).annotations == (unread,)


def _rain():
    from annotate.records import Article, Span

    text = "It rains, they said."
    spans = (
        Span(id="c", start=0, end=8, label="Claim"),
        Span(id="s", start=10, end=19, label="Source"),
    )
    return Article(article_id="a", text=text), spans, ()


_RAIN = _rain()


# on a server

CLAIM, SOURCE = mark(start=13, end=30, number="c"), mark("Source", end=12, number="s")
DRAWN = relate("c", "s", "attributed_to")


@pytest.fixture
def pushed(studio, site):
    """Return a site that infers links, with five stories on the server."""
    return prepare(studio, site, _build)


def _build(studio, site):
    site.configure("infer_links: true\n")
    write_stories(site, range(5))
    site.push()


def _predicted(site, number, result):
    """Add a prediction to a story; return its id."""
    task = task_of(site, number)["id"]
    body = {"task": task, "result": result, "model_version": "m-1"}
    return site.client.request("POST", "api/predictions/", json=body)["id"]


def _links(site, number):
    held = site.held()
    (line,) = (line for key, line in held.items() if key.article_id == f"n{number}")
    return [(k.head_id, k.tail_id, k.inferred) for a in line.annotations for k in a.links]


pytestmark = pytest.mark.usefixtures("trivial_models")


def test_a_pull_completes_what_nobody_drew(studio, pushed, person):
    """From nothing, kept, deleted; the count is told, and a full pull changes nothing."""
    ada = person("ada")
    shown = [_predicted(pushed, n, [CLAIM, SOURCE, DRAWN]) for n in (1, 3)]
    ada.annotate(task_of(pushed, 0)["id"], [CLAIM, SOURCE])
    ada.annotate(task_of(pushed, 1)["id"], [CLAIM, SOURCE, DRAWN], parent_prediction=shown[0])
    new = mark("Source", end=12, number="new")
    ada.annotate(task_of(pushed, 3)["id"], [CLAIM, SOURCE], parent_prediction=shown[1])
    ada.annotate(task_of(pushed, 4)["id"], [CLAIM, new])
    done = pushed.pull()
    assert (done.plan.inferred, dict(done.plan.notes)) == (2, {})
    assert [_links(pushed, n) for n in (0, 1, 3, 4)] == [
        [("c", "s", True)],
        [("c", "s", False)],
        [],
        [("c", "new", True)],
    ]
    assert done.version.counts["links"] == {"attributed_to": 3}
    assert pushed.pull(full=True).version is None
    pushed.forget_server()
    assert pushed.pull().version is None
    check_mirror(studio, pushed)


def test_a_drawn_link_takes_the_place_of_an_inferred_one(pushed, person):
    """It is a version of its own: now somebody said so."""
    ada = person("ada")
    number = ada.annotate(task_of(pushed, 0)["id"], [CLAIM, SOURCE])
    pushed.pull()
    ada.set_annotation_result(number, [CLAIM, SOURCE, DRAWN])
    done = pushed.pull()
    assert (done.plan.changed, done.plan.inferred) == (1, 0)
    assert _links(pushed, 0) == [("c", "s", False)]


def test_a_changed_setting_makes_the_work_be_read_again(pushed, person):
    """Off, the links that nobody drew go; on, they come back."""
    person("ada").annotate(task_of(pushed, 0)["id"], [CLAIM, SOURCE])
    pushed.pull()
    for setting, links in (("false", []), ("true", [("c", "s", True)])):
        config = pushed.root / "annotate.yaml"
        old = "true" if setting == "false" else "false"
        config.write_text(
            config.read_text().replace(f"infer_links: {old}", f"infer_links: {setting}")
        )
        pushed.reload()
        assert pushed.pull().plan.read == 1
        assert _links(pushed, 0) == links
        assert pushed.pull().version is None


@pytest.mark.parametrize("setting", ["infer_links", "links"])
def test_a_setting_that_was_changed_and_put_back_loses_no_link(pushed, person, setting):
    """Nor where the prediction is gone by then: an earlier version was made under these settings."""
    ada = person("ada")
    shown = _predicted(pushed, 0, [CLAIM, SOURCE])
    work = [{**item, "origin": "prediction"} for item in (CLAIM, SOURCE)]
    number = ada.annotate(task_of(pushed, 0)["id"], work, parent_prediction=shown)
    pushed.pull()
    pushed.client.delete_prediction(shown)
    config = pushed.root / "annotate.yaml"
    whole = config.read_text()
    other = (
        whole.replace("infer_links: true", "infer_links: false")
        if setting != "links"
        else whole.replace("attributed_to: [Claim, Source]", "attributed_to: [Source, Claim]")
    )
    assert other != whole
    for text, links in ((other, []), (whole, [("c", "s", True)])):
        config.write_text(text)
        pushed.reload()
        pushed.pull()
        assert _links(pushed, 0) == links
        assert pushed.pull(full=True).version is None
    config.write_text(other)
    pushed.reload()
    ada.set_annotation_result(number, [SOURCE, mark(start=13, end=25, number="c")])
    pushed.pull()
    config.write_text(whole)
    pushed.reload()
    assert pushed.pull().plan.notes[GONE] == 1
    assert _links(pushed, 0) == []


def test_where_the_prediction_is_gone_nothing_is_inferred(pushed, person):
    """What was deleted of it cannot be known; what a version holds of unchanged work stays."""
    ada = person("ada")
    shown = [_predicted(pushed, n, [CLAIM, SOURCE]) for n in (0, 1)]
    work = [{**item, "origin": "prediction"} for item in (CLAIM, SOURCE)]
    kept, _ = (
        ada.annotate(task_of(pushed, n)["id"], work, parent_prediction=shown[n]) for n in (0, 1)
    )
    pushed.client.delete_prediction(shown[1])
    done = pushed.pull()
    assert (done.plan.inferred, done.plan.notes[GONE]) == (1, 1)
    assert (_links(pushed, 0), _links(pushed, 1)) == ([("c", "s", True)], [])
    pushed.client.delete_prediction(shown[0])
    assert pushed.pull(full=True).version is None
    ada.set_annotation_result(kept, [SOURCE, mark(start=13, end=25, number="c")])
    assert pushed.pull().plan.notes[GONE] == 1
    assert _links(pushed, 0) == []
    assert pushed.pull(full=True).version is None


def test_a_task_that_lost_its_predictions_before_a_pull_gets_no_links(pushed, person):
    """Only blind tasks are pushed bare: on others somebody may have seen what was deleted."""
    ada = person("ada")
    task = task_of(pushed, 0)
    for number in task["predictions"]:
        pushed.client.delete_prediction(number)
    ada.annotate(task["id"], [CLAIM, SOURCE])
    ada.annotate(task_of(pushed, 2)["id"], [CLAIM, SOURCE])  # which is blind
    done = pushed.pull()
    assert (done.plan.inferred, done.plan.notes[GONE]) == (1, 1)
    assert (_links(pushed, 0), _links(pushed, 2)) == ([], [("c", "s", True)])


def test_a_restore_puts_no_inferred_link_on_the_server(pushed, person):
    """The next pull has them all the same: from nothing and where a prediction was shown."""
    ada = person("ada")
    shown = _predicted(pushed, 1, [CLAIM, SOURCE])
    ada.annotate(task_of(pushed, 0)["id"], [CLAIM, SOURCE])
    ada.annotate(task_of(pushed, 1)["id"], [CLAIM, SOURCE], parent_prediction=shown)
    pushed.pull()
    before = {key: line.annotations for key, line in pushed.held().items()}
    other = DoubleStudio()
    other.join("ada@example.org")
    pushed.client.close()
    pushed.use(client=other.client(identity="other"))
    assert apply_restore(pushed, plan_restore(pushed)).differences == 0
    results = [a.result for a in other.state.annotations.values()]
    assert [item["type"] for result in results for item in result] == ["labels"] * 4
    assert pushed.pull(full=True).version is None
    assert {key: line.annotations for key, line in pushed.held().items()} == before
