from datetime import UTC, datetime, timedelta

import pytest

from annotate.records import ArticleKey
from annotate.workflow.mirror.known import KnownTask, Totals
from annotate.workflow.mirror.mirror import open_mirror

NOW = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)


def _task(task_id, name="a", sha="1", **changes):
    values = {
        "updated_at": NOW,
        "key": None if name is None else ArticleKey(name, sha),
        "split": "train",
        "models": ("m-1",),
        "annotations": 0,
        "skipped": 0,
        **changes,
    }
    return KnownTask(task_id=task_id, **values)


def _lacking(mirror):
    return list(mirror.tasks.lacking("m-2", without=mirror.journal.unanswered_tasks()))


@pytest.fixture
def mirror(workspace):
    with open_mirror(workspace.state, "http://one") as mirror:
        mirror.adopt_project(3, "today")
        yield mirror


def test_looking_for_an_article_costs_the_same_among_many(mirror):
    """SQLite's steps are counted: they are as many among two hundred tasks as among twenty."""
    connection = mirror.tasks._db
    calls = {
        "article": lambda: mirror.tasks.of_article("a7"),
        "revision": lambda: mirror.tasks.of(ArticleKey("a7", "s7")),
        "text": lambda: mirror.tasks.of_text("s7"),
    }
    steps = {20: {}, 200: {}}
    for count, found in steps.items():
        for number in range(count):
            mirror.tasks.put(_task(number + 1, f"a{number}", f"s{number}"))
        for name, call in calls.items():
            counted = []
            connection.set_progress_handler(lambda counted=counted: counted.append(1), 1)
            assert [task.task_id for task in call()] == [8]
            connection.set_progress_handler(None, 0)
            found[name] = len(counted)
    assert steps[20] == steps[200]


def test_another_project_forgets_what_was_known(mirror):
    """Rows of a project that was replaced under its number are not believed."""
    mirror.tasks.put(_task(1))
    mirror.adopt_project(3, "today")
    assert mirror.tasks.totals() == Totals(1, 0, 0)
    mirror.adopt_project(3, "tomorrow")
    assert mirror.tasks.totals() == Totals(0, 0, 0)
    assert mirror.progress.project() == (3, "tomorrow")


def test_servers_are_kept_apart_until_one_takes_over(workspace, mirror):
    """What is known of one address says nothing about another one."""
    mirror.tasks.put(_task(1))
    with open_mirror(workspace.state, "http://two") as other:
        assert (other.progress.project(), other.tasks.totals()) == (None, Totals(0, 0, 0))
        other.take_over("http://one")
        assert other.tasks.totals() == Totals(1, 0, 0)
    assert mirror.progress.project() is None


def test_a_batch_is_on_disk_before_it_is_sent(workspace, mirror):
    """Whoever opens the file afterwards finds it, until its fate is known."""
    number = mirror.journal.open("tasks", NOW, keys=[("a", "1"), ("b", "2")])
    with open_mirror(workspace.state, "http://one", on_trial=True) as later:
        (batch,) = later.journal.batches("tasks")
        assert (batch.keys, batch.sent_at) == ((("a", "1"), ("b", "2")), NOW)
        assert later.journal.batches("predictions") == []
    with mirror.transaction():
        mirror.tasks.put_pushed([(7, ("a", "1"), "train", "m"), (8, ("b", "2"), "test", None)])
        mirror.journal.close(number)
    assert mirror.journal.batches("tasks") == []
    assert [task.task_id for task in mirror.tasks.of(ArticleKey("b", "2"))] == [8]
    assert mirror.tasks.by_model() == {"m": 1}


def test_a_batch_that_can_no_longer_arrive_is_struck(mirror):
    """Its tasks wait for predictions no longer; a younger one and other kinds stay."""
    mirror.tasks.put(_task(1))
    mirror.tasks.put(_task(2, "b"))
    mirror.journal.open("predictions", NOW, task_ids=[1])
    mirror.journal.open("predictions", NOW + timedelta(hours=1), task_ids=[2])
    mirror.journal.open("tasks", NOW, keys=[("c", "3")])
    assert _lacking(mirror) == []
    mirror.journal.expire("predictions", before=NOW + timedelta(minutes=15))
    assert _lacking(mirror) == [[1]]
    assert len(mirror.journal.batches("tasks")) == 1


def test_a_batch_takes_its_items_with_it(mirror):
    """No row of a batch that is forgotten holds back a task that later has the same number."""
    mirror.tasks.put(_task(1))
    mirror.journal.open("predictions", NOW, task_ids=[1])
    mirror.adopt_project(3, "tomorrow")
    mirror.tasks.put(_task(1, "other"))
    assert mirror.journal.unanswered_tasks() == []
    assert _lacking(mirror) == [[1]]


def test_only_open_tasks_that_are_not_blind_want_new_predictions(mirror):
    """Annotated, skipped, begun, blind, others' and already predicted tasks are left out."""
    mirror.tasks.put(_task(1))
    mirror.tasks.put(_task(2, "b", annotations=1))
    mirror.tasks.put(_task(3, "c", skipped=1))
    mirror.tasks.put(_task(4, "d"))
    mirror.tasks.put(_task(5, "e", split="test"))
    mirror.tasks.put(_task(6, None, None, split=None))
    mirror.tasks.put(_task(7, "f", models=("m-1", "m-2")))
    mirror.tasks.put(_task(8, "g"))
    mirror.tasks.put_drafts([4])
    assert _lacking(mirror) == [[1, 8]]
    mirror.journal.open("predictions", NOW, task_ids=[8])
    assert _lacking(mirror) == [[1]]
    assert mirror.tasks.count_lacking("m-2") == 2
    mirror.tasks.put_model([1, 1], "m-2")
    assert mirror.tasks.get(1).models == ("m-1", "m-2")
    mirror.tasks.put_drafts([])
    assert _lacking(mirror) == [[4]]


def test_what_the_server_did_not_list_is_looked_for(mirror):
    """Within the window that was asked for, a task that is known and not listed is read."""
    mirror.tasks.put(_task(1, updated_at=NOW - timedelta(hours=1)))
    mirror.tasks.put(_task(2))
    mirror.tasks.put(_task(3))
    mirror.unread.begin_pass()
    mirror.unread.listed(2)
    mirror.unread.mark_not_listed(mirror.tasks.ids(since=NOW - timedelta(minutes=1)))
    assert mirror.unread.first(10) == [3]
    mirror.unread.mark_not_listed(mirror.tasks.ids())
    assert mirror.unread.first(10) == [1, 3]
    assert mirror.tasks.count_touched(before=NOW + timedelta(1), without=mirror.unread.all()) == 1
    mirror.unread.strike([1, 3])
    assert mirror.unread.count() == 0


def test_superseded_versions_wait(mirror):
    """A version can be purged only so long after another one took its place."""
    mirror.shown.show("m-1", NOW)
    mirror.shown.show("m-2", NOW + timedelta(days=1))
    assert mirror.shown.superseded(NOW + timedelta(days=1)) == []
    assert mirror.shown.superseded(NOW + timedelta(days=2)) == ["m-1"]
    mirror.shown.show("m-1", NOW + timedelta(days=3))
    assert mirror.shown.superseded(NOW + timedelta(days=9)) == ["m-2"]


def test_a_trial_changes_nothing(workspace):
    """Looking at a workspace that never pushed makes no file; what is written is forgotten."""
    with open_mirror(workspace.state, "x", on_trial=True) as mirror:
        assert mirror.tasks.totals() == Totals(0, 0, 0)
    assert not workspace.state.exists()
    with open_mirror(workspace.state, "x") as mirror:
        mirror.adopt_project(1, "t")
    with open_mirror(workspace.state, "x", on_trial=True) as mirror:
        mirror.tasks.put(_task(1))
        assert mirror.tasks.ids() == [1]
        assert mirror.progress.project() == (1, "t")
    with open_mirror(workspace.state, "x") as mirror:
        assert mirror.tasks.ids() == []
