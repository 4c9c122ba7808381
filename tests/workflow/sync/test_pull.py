"""Pull: what people did becomes a version; what would lose work stops."""

from datetime import timedelta

import pytest
from comparer import check_all, check_export
from double.trials import Moment, break_each_request, prepare
from stories import mark, pick, relate, story, task_of, write_stories

from annotate.errors import PullStoppedError, StudioError
from annotate.studio.relations import UNNAMED
from annotate.workflow.sync.pull import apply_pull, plan_pull

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def pushed(studio, site):
    """Return a site with five stories on the server."""
    return prepare(studio, site, _build)


def _build(studio, site):
    write_stories(site, range(5))
    site.push()


def test_a_pull_writes_what_people_did(studio, pushed, person):
    """Submits of several people, a skip, a draft and a foreign task; a second pull writes nothing."""
    ada, ben = person("ada"), person("ben")
    tasks = pushed.raw_tasks()
    ada.annotate(tasks[0]["id"], [mark()])
    ben.annotate(tasks[0]["id"], [])
    ben.annotate(tasks[1]["id"], [mark()], cancelled=True)
    ada.request("POST", f"api/tasks/{tasks[2]['id']}/drafts", json={"result": [mark()]})
    pushed.client.import_tasks(tasks[0]["project"], [{"data": {"text": "Somebody else's."}}])
    done = pushed.pull()
    plan = done.plan
    assert (plan.tasks, plan.foreign, plan.annotations, plan.skipped) == (6, 1, 2, 1)
    assert (plan.drafts, plan.duplicates, plan.changed, plan.swept) == (1, 0, 2, False)
    assert (plan.removed_articles, plan.removed_annotations, plan.held_articles) == (0, 0, 0)
    assert [(c.article_id, c.what, c.annotations) for c in plan.described] == [
        ("n0", "added", (0, 2)),
        ("n1", "added", (0, 0)),
    ]
    assert (done.version.counts["annotations"], done.version.counts["skipped"]) == (2, 1)
    again = pushed.pull()
    assert (again.version, again.plan.read, again.plan.changed) == (None, 0, 0)
    check_all(studio, pushed)


def test_notes_count_what_was_inferred_dropped_and_carried(studio, pushed, person):
    """A relation without a label, a choice left over, an unknown label."""
    result = [
        mark("Claim", number="c"),
        mark("Source", start=8, end=12, number="s"),
        pick(number="c"),
        pick("document", number="s"),
        relate("s", "c", direction="left"),
        mark("Rumour", number="u"),
        relate("s", "c"),
    ]
    person("ada").annotate(task_of(pushed, 0)["id"], result)
    done = pushed.pull()
    assert done.plan.notes == {
        "relations named after their ends": 1,
        "leftover choices of relabelled regions dropped": 1,
        "items carried along unread": 2,
        f"n0: Source → Claim: {UNNAMED}": 1,
    }
    check_export(studio, pushed)
    (annotation,) = next(iter(pushed.held().values())).annotations
    assert {(k.head_id, k.tail_id, k.label) for k in annotation.links} == {
        ("c", "s", "attributed_to")
    }


def test_a_plan_of_a_pull_writes_no_version(pushed, person):
    """What was read is kept: the pull after it reads nothing and writes it."""
    person("ada").annotate(task_of(pushed, 0)["id"], [])
    plan = plan_pull(pushed)
    assert (plan.changed, plan.read, pushed.versions.latest()) == (1, 1, None)
    done = pushed.pull()
    assert (done.plan.read, done.plan.changed) == (0, 1)
    assert done.version.number == 1


def test_a_pull_without_a_project_is_told(site):
    """The hint names the command that makes one."""
    with pytest.raises(StudioError, match="no project is called") as found:
        site.pull()
    assert "annotate push" in found.value.hint


def test_edits_and_withdrawals_follow(studio, pushed, person):
    """What was changed is read, nothing else; what was withdrawn leaves the next version."""
    ada = person("ada")
    kept, gone = (ada.annotate(task_of(pushed, i)["id"], [mark()]) for i in (0, 1))
    first = pushed.pull().version
    ada.set_annotation_result(kept, [mark(end=9)])
    ada.request("DELETE", f"api/annotations/{gone}/")
    done = pushed.pull()
    assert (done.plan.read, done.plan.changed) == (2, 2)
    assert (done.plan.removed_articles, done.plan.removed_annotations) == (1, 1)
    check_all(studio, pushed)
    assert len(pushed.versions.load(first)) == 2


def test_much_work_that_vanishes_stops_the_pull(studio, pushed, person):
    """Two articles of three are more than a slip; nothing is written until it is said to be meant."""
    ada = person("ada")
    for i in range(3):
        ada.annotate(task_of(pushed, i)["id"], [])
    first = pushed.pull().version
    for i in range(2):
        pushed.client.delete_task(task_of(pushed, i)["id"])
    for _ in range(2):
        with pytest.raises(PullStoppedError, match="2 of 3 annotated articles and 2 annotations"):
            pushed.pull()
    assert pushed.versions.latest() == first
    assert pushed.pull(accept_removals=True).version.counts["articles"] == 1
    check_all(studio, pushed)


def test_twenty_annotations_that_vanish_stop_the_pull(studio, pushed, person):
    """Of one article, whose task stays; nineteen do not."""
    task = task_of(pushed, 0)["id"]
    ids = [person("ada").annotate(task, []) for _ in range(21)]
    pushed.pull()
    before = Moment(studio, pushed)
    for number, stops in ((19, False), (20, True)):
        before.bring_back(studio, pushed)
        for annotation in ids[:number]:
            pushed.client.request("DELETE", f"api/annotations/{annotation}/")
        if stops:
            with pytest.raises(PullStoppedError, match="and 20 annotations"):
                pushed.pull()
        else:
            assert pushed.pull().plan.removed_annotations == 19


def test_tasks_of_one_revision_are_joined_and_told(studio, pushed, person):
    """Their work stands on one line, by annotation; the skips add up."""
    first = task_of(pushed, 0)
    (second,) = pushed.client.import_tasks(first["project"], [{"data": first["data"]}])
    person("ada").annotate(first["id"], [mark()])
    person("ben").annotate(second, [mark(end=9)])
    person("eve").annotate(second, [], cancelled=True)
    done = pushed.pull()
    assert (done.plan.duplicates, done.plan.changed) == (1, 1)
    (line,) = pushed.held().values()
    assert (line.tasks, len(line.annotations), line.skipped) == ((first["id"], second), 2, 1)
    check_export(studio, pushed)


def test_an_older_copy_of_the_server_stops_the_pull(studio, pushed, person):
    """Nothing is written; said to be meant, the version is what the copy holds."""
    ada = person("ada")
    ada.annotate(task_of(pushed, 0)["id"], [])
    copy = studio.snapshot()
    studio.advance(300)
    ada.annotate(task_of(pushed, 1)["id"], [])
    ada.annotate(task_of(pushed, 0)["id"], [])
    first = pushed.pull().version
    studio.put_back(copy)
    for full, accept in ((False, False), (True, False), (False, True)):
        with pytest.raises(PullStoppedError, match="an older copy of the server"):
            pushed.pull(full=full, accept_removals=accept)
    assert pushed.versions.latest() == first
    done = pushed.pull(full=True, accept_removals=True)
    assert (done.plan.removed_articles, done.plan.removed_annotations) == (1, 2)
    check_all(studio, pushed)


def test_a_clock_that_jumps_hides_nothing(studio, pushed, person):
    """Ahead, then right again: all stamps are listed, and it is told.

    What was touched while it was ahead seems older than it was once it is touched again.
    """
    ada = person("ada")
    studio.now += timedelta(hours=30)
    ahead = ada.annotate(task_of(pushed, 0)["id"], [])
    assert pushed.pull().plan.clock_ran_back is False
    studio.now -= timedelta(hours=29)
    ada.annotate(task_of(pushed, 1)["id"], [])
    done = pushed.pull()
    assert (done.plan.clock_ran_back, done.plan.swept) == (True, True)
    check_all(studio, pushed)
    ada.set_annotation_result(ahead, [mark()])
    with pytest.raises(PullStoppedError, match="an older copy"):
        pushed.pull()
    pushed.pull(full=True, accept_removals=True)
    check_all(studio, pushed)


def test_what_commits_late_is_found(studio, pushed, person):
    """An edit within two minutes, a submit and an import after any time: stamped before, seen after."""
    ada = person("ada")
    task = task_of(pushed, 0)
    edited = ada.annotate(task["id"], [])
    pushed.pull()
    path = f"api/annotations/{edited}/"
    studio.send_late("PATCH", f"/{path}", json={"result": [mark()]}, seconds=100)
    path = f"/api/tasks/{task_of(pushed, 1)['id']}/annotations/"
    studio.send_late("POST", path, json={"result": []}, seconds=5000)
    path = f"/api/projects/{task['project']}/import"
    studio.send_late("POST", path, json=[{"data": {"text": "Else."}}], seconds=6000)
    found = []
    for seconds in (50, 60, 5000, 6000):
        studio.advance(seconds)
        person("ben").annotate(task_of(pushed, 2)["id"], [])  # later stamps are read meanwhile
        found.append(pushed.pull().plan.changed)
        check_all(studio, pushed)
    assert found == [1, 2, 2, 1]
    assert pushed.pull().plan.foreign == 1


def test_numbers_that_lag_are_waited_for_or_refused(studio, pushed, person):
    """A quiet server whose totals are not what it lists is an error, and nothing is lost by it."""
    person("ada").annotate(task_of(pushed, 0)["id"], [])
    pushed.pull()
    studio.counts_lag = 30
    studio.note_counts()
    studio.advance(31)
    person("ada").annotate(task_of(pushed, 1)["id"], [])
    with pytest.raises(StudioError, match="but lists 5 tasks with 2 annotations"):
        pushed.pull()
    studio.advance(31)
    pushed.pull()
    check_all(studio, pushed)


def test_a_text_that_was_changed_on_the_server_is_left_out(pushed, person):
    """It would not be what its hash says; the task is named, and the others are pulled."""
    task = task_of(pushed, 0)
    data = {**task["data"], "text": story(0) + " Not."}
    pushed.client.request("PATCH", f"api/tasks/{task['id']}/", json={"data": data})
    ada = person("ada")
    for i in range(2):
        ada.annotate(task_of(pushed, i)["id"], [mark()])
    done = pushed.pull()
    ((number, problem),) = done.plan.unreadable.items()
    assert number == task["id"]
    assert "is not as it was pushed" in problem
    assert done.plan.changed == 1


def test_a_full_pull_reads_all_and_changes_nothing(studio, pushed, person):
    """What deltas added up to is what reading everything gives."""
    ada = person("ada")
    for i in range(3):
        number = ada.annotate(task_of(pushed, i)["id"], [mark()])
        pushed.pull()
        ada.set_annotation_result(number, [])
        pushed.pull()
    done = pushed.pull(full=True)
    assert (done.version, done.plan.read, done.plan.swept) == (None, 5, True)
    check_all(studio, pushed)


def test_a_pull_that_breaks_goes_on_from_there(studio, pushed, person):
    """At whichever request, full or not: the next one writes what there is, once."""
    ada = person("ada")
    gone, *_ = (ada.annotate(task_of(pushed, i)["id"], [mark()]) for i in range(3))
    pushed.pull()
    ada.request("DELETE", f"api/annotations/{gone}/")
    ada.annotate(task_of(pushed, 3)["id"], [mark()])
    pushed.client.delete_task(task_of(pushed, 4)["id"])
    break_each_request(
        studio,
        pushed,
        lambda: pushed.pull(full=True),
        lambda: check_all(studio, pushed),
        again=pushed.pull,
    )
    assert pushed.versions.latest().number == 2


def test_what_was_planned_is_written_though_the_server_went_on(studio, pushed, person):
    """A version holds what was read; what came after it is in the next one."""
    ada = person("ada")
    ada.annotate(task_of(pushed, 0)["id"], [])
    plan = plan_pull(pushed)
    ada.annotate(task_of(pushed, 1)["id"], [])
    assert apply_pull(pushed, plan).version.counts["articles"] == 1
    assert pushed.pull().version.counts["articles"] == 2
    check_all(studio, pushed)
