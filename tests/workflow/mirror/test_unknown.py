"""What is not understood is kept, told, and read again when it can be."""

from annotate.studio.relations import MISFIT, UNNAMED
from annotate.studio.results import CARRIED, OVERLAPPING


def _region(name, label, start=0, end=5):
    value = {"start": start, "end": end, "text": "", "labels": [label]}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def _relation(*labels, head="c", tail="s"):
    relation = {"type": "relation", "from_id": head, "to_id": tail, "direction": "right"}
    return {**relation, "labels": list(labels)} if labels else relation


def _annotated(site, *items):
    """Push an article, annotate it, and return the result of a pull with the annotation."""
    site.add("a.txt", "Officials said that it may rain on Friday.")
    site.push()
    (task,) = site.raw_tasks()
    site.client.annotate(task["id"], list(items))
    return site.pull(), lambda: next(iter(site.held().values())).annotations[0]


def test_a_label_that_the_workspace_learns_later_is_read_then(site):
    """Work with a label of the server's alone is carried along; the day it is known, it is read."""
    site.add("a.txt", "Officials said that it may rain on Friday.")
    project = site.push().project_id
    config = site.workspace.label_config()
    wider = config.replace('<Label value="Hedge"', '<Label value="Place"/><Label value="Hedge"')
    site.client.set_label_config(project, wider)
    (task,) = site.raw_tasks()
    site.client.annotate(task["id"], [_region("p", "Place"), _region("c", "Claim", 6, 9)])
    first = site.pull()
    assert first.plan.notes[CARRIED] == 1
    assert [span.label for line in site.held().values() for span in line.annotations[0].spans] == [
        "Claim"
    ]
    assert site.pull().version is None
    (site.root / "label_configs" / "claims.xml").write_text(wider)
    site.reload()
    second = site.pull()
    assert second.plan.read == 1
    ((line,),) = [list(site.held().values())]
    assert [span.label for span in line.annotations[0].spans] == ["Place", "Claim"]
    assert line.annotations[0].extra == ()
    assert site.pull().plan.read == 0


def test_a_relation_that_is_unknown_is_not_guessed(site):
    """Only one that was drawn without a label is named after its ends; others are carried along."""
    ends = (_region("c", "Claim", 15, 23), _region("s", "Source"))
    result, annotation = _annotated(site, *ends, _relation("denied_by"))
    assert result.plan.notes[CARRIED] == 1
    assert annotation().links == ()
    assert annotation().extra[0]["labels"] == ["denied_by"]


def test_of_two_labels_of_a_relation_none_is_lost(site):
    """The one that is known becomes a link, and the whole stands in `extra`."""
    ends = (_region("c", "Claim", 15, 23), _region("s", "Source"))
    result, annotation = _annotated(site, *ends, _relation("attributed_to", "denied_by"))
    assert [link.label for link in annotation().links] == ["attributed_to"]
    assert annotation().extra[0]["labels"] == ["attributed_to", "denied_by"]
    assert result.plan.notes[CARRIED] == 1


def test_a_link_between_labels_that_it_is_not_meant_for_is_told(site):
    """A linked claim that became a source leaves a link between two sources: kept, and counted."""
    ends = (_region("c", "Source", 15, 23), _region("s", "Source"))
    result, annotation = _annotated(site, *ends, _relation("attributed_to"))
    assert [link.label for link in annotation().links] == ["attributed_to"]
    name = annotation().article_id
    assert result.plan.notes == {f"{name}: attributed_to, Source → Source: {MISFIT}": 1}


def test_a_relation_that_no_kind_of_link_can_be_is_told_with_its_article(site):
    """Drawn from source to claim without a name it is carried along, and named with the reason."""
    ends = (_region("c", "Claim", 15, 23), _region("s", "Source"))
    result, annotation = _annotated(site, *ends, _relation(head="s", tail="c"))
    assert (annotation().links, len(annotation().extra)) == ((), 1)
    name = annotation().article_id
    assert result.plan.notes == {f"{name}: Source → Claim: {UNNAMED}": 1, CARRIED: 1}


def test_two_choices_of_one_region_are_both_kept(site):
    """The page shows the last one; the other is carried along, not dropped."""
    region = _region("s", "Source")
    choices = [
        {
            **region,
            "type": "choices",
            "from_name": "source_type",
            "value": {"start": 0, "end": 5, "choices": [choice]},
        }
        for choice in ("named", "unnamed")
    ]
    result, annotation = _annotated(site, region, *choices)
    assert annotation().spans[0].attributes == {"source_type": ("unnamed",)}
    assert annotation().extra[0]["value"]["choices"] == ["named"]
    assert result.plan.notes == {CARRIED: 1}


def test_one_malformed_task_stops_no_pull(site):
    """It is left out, named with the reason, and what the versions hold of it stays."""
    site.add_samples(3)
    site.push()
    tasks = site.raw_tasks()
    for task in tasks:
        site.client.annotate(task["id"], [])
    assert site.pull().version.counts["annotations"] == 3
    for broken in ({"text_sha256": "0" * 64}, {"title": 7}, {"restored": 3}, {"split": "odd"}):
        site.client.set_task(tasks[0]["id"], data={**tasks[0]["data"], **broken})
        site.client.annotate(tasks[1]["id"], [_region("s", "Source")])
        result = site.pull()
        if "restored" not in broken:
            assert list(result.plan.unreadable) == [tasks[0]["id"]]
            assert f"task {tasks[0]['id']}" in result.plan.unreadable[tasks[0]["id"]]
        assert tasks[0]["data"]["article_id"] in {key.article_id for key in site.held()}
        again = site.pull(full=True)
        assert again.version is None
        assert again.plan.unreadable == result.plan.unreadable
    site.client.set_task(tasks[0]["id"], data=tasks[0]["data"])
    assert site.pull().plan.unreadable == {}


def test_a_malformed_task_is_told_until_it_is_gone(site):
    """Its row keeps the article, so that nothing is pushed a second time; deleting it helps."""
    site.add_samples(2)
    site.push()
    first, *_ = site.raw_tasks()
    site.client.set_task(first["id"], data={**first["data"], "title": 7})
    assert list(site.sync().pull.plan.unreadable) == [first["id"]]
    assert len(site.raw_tasks()) == 2
    site.client.delete_task(first["id"])
    assert site.sync().push.pushed == 1
    assert site.pull().plan.unreadable == {}


def test_marks_of_one_label_that_overlap_by_accident_are_told(site):
    """Those that overlap in part or repeat each other are named with their article, and kept."""
    marks = (
        _region("a", "Source", 0, 14),
        _region("b", "Source", 10, 19),
        _region("c", "Claim", 15, 42),
        _region("d", "Claim", 15, 42),
    )
    result, annotation = _annotated(site, *marks)
    name = annotation().article_id
    assert result.plan.notes == {
        f"{name}: Source {OVERLAPPING}": 1,
        f"{name}: Claim {OVERLAPPING}": 1,
    }
    assert len(annotation().spans) == 4
