from datetime import UTC, datetime, timedelta

import pytest

from annotate.errors import WorkspaceError
from annotate.workflow.mirror.mirror import KnownTask, Totals, open_mirror

NOW = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)


def _task(task_id, name="a", sha="1", **changes):
    values = {
        "updated_at": NOW,
        "article_id": name,
        "text_sha256": sha,
        "split": "train",
        "models": ("m-1",),
        "annotations": 0,
        "skipped": 0,
        **changes,
    }
    return KnownTask(task_id=task_id, **values)


@pytest.fixture
def mirror(workspace):
    with open_mirror(workspace, "http://one") as mirror:
        mirror.adopt_project(3, "today")
        yield mirror


def test_another_project_forgets_what_was_known(mirror):
    """Rows of a project that was replaced under its number are not believed."""
    mirror.put(_task(1))
    mirror.adopt_project(3, "today")
    assert mirror.totals() == Totals(1, 0, 0)
    mirror.adopt_project(3, "tomorrow")
    assert mirror.totals() == Totals(0, 0, 0)
    assert mirror.project() == (3, "tomorrow")


def test_servers_are_kept_apart_until_one_takes_over(workspace, mirror):
    """What is known of one address says nothing about another one."""
    mirror.put(_task(1))
    with open_mirror(workspace, "http://two") as other:
        assert (other.project(), other.totals()) == (None, Totals(0, 0, 0))
        other.take_over("http://one")
        assert other.totals() == Totals(1, 0, 0)
    assert mirror.project() is None


def test_a_batch_is_on_disk_before_it_is_sent(workspace, mirror):
    """Whoever opens the file afterwards finds it, until its fate is known."""
    number = mirror.journal.open("tasks", NOW, keys=[("a", "1"), ("b", "2")])
    with open_mirror(workspace, "http://one", read_only=True) as later:
        (batch,) = later.journal.batches("tasks")
        assert (batch.keys, batch.sent_at) == ((("a", "1"), ("b", "2")), NOW)
        assert later.journal.batches("predictions") == []
    with mirror.transaction():
        mirror.record_pushed([(7, ("a", "1"), "train", "m"), (8, ("b", "2"), "test", None)])
        mirror.journal.close(number)
    assert mirror.journal.batches("tasks") == []
    assert [task.task_id for task in mirror.tasks_of("b", "2")] == [8]
    assert mirror.by_model() == {"m": 1}


def test_a_batch_that_can_no_longer_arrive_is_struck(mirror):
    """Its tasks wait for predictions no longer; a younger one and other kinds stay."""
    mirror.put(_task(1))
    mirror.put(_task(2, "b"))
    mirror.journal.open("predictions", NOW, task_ids=[1])
    mirror.journal.open("predictions", NOW + timedelta(hours=1), task_ids=[2])
    mirror.journal.open("tasks", NOW, keys=[("c", "3")])
    assert list(mirror.untouched("m-2")) == []
    mirror.journal.expire("predictions", before=NOW + timedelta(minutes=15))
    assert list(mirror.untouched("m-2")) == [[1]]
    assert len(mirror.journal.batches("tasks")) == 1


def test_only_open_tasks_that_are_not_blind_want_new_predictions(mirror):
    """Annotated, skipped, begun, blind, others' and already predicted tasks are left out."""
    mirror.put(_task(1))
    mirror.put(_task(2, "b", annotations=1))
    mirror.put(_task(3, "c", skipped=1))
    mirror.put(_task(4, "d"))
    mirror.put(_task(5, "e", split="test"))
    mirror.put(_task(6, None, None, split=None))
    mirror.put(_task(7, "f", models=("m-1", "m-2")))
    mirror.put(_task(8, "g"))
    mirror.set_drafts([4])
    assert list(mirror.untouched("m-2")) == [[1, 8]]
    mirror.journal.open("predictions", NOW, task_ids=[8])
    assert list(mirror.untouched("m-2")) == [[1]]
    assert mirror.count_untouched("m-2") == 2
    mirror.has_prediction([1, 1], "m-2")
    assert mirror.task(1).models == ("m-1", "m-2")
    mirror.set_drafts([])
    assert list(mirror.untouched("m-2")) == [[4]]


def test_what_the_server_did_not_list_is_looked_for(mirror):
    """Within the window that was asked for, a task that is known and not listed is stale."""
    mirror.put(_task(1, updated_at=NOW - timedelta(hours=1)))
    mirror.put(_task(2))
    mirror.put(_task(3))
    mirror.stale.begin()
    mirror.stale.see(2)
    mirror.stale.mark_unseen(NOW - timedelta(minutes=1))
    assert mirror.stale.first(10) == [3]
    mirror.stale.mark_unseen(None)
    assert mirror.stale.first(10) == [1, 3]
    assert mirror.count_settled(before=NOW + timedelta(1)) == 1
    mirror.stale.strike([1, 3])
    assert mirror.stale.count() == 0


def test_superseded_versions_wait(mirror):
    """A version can be purged only so long after another one took its place."""
    mirror.show("m-1", NOW)
    mirror.show("m-2", NOW + timedelta(days=1))
    assert mirror.superseded(NOW + timedelta(days=1)) == []
    assert mirror.superseded(NOW + timedelta(days=2)) == ["m-1"]
    mirror.show("m-1", NOW + timedelta(days=3))
    assert mirror.superseded(NOW + timedelta(days=9)) == ["m-2"]


def test_a_reader_changes_nothing(workspace):
    """Looking at a workspace that never pushed makes no file, and cannot write."""
    with open_mirror(workspace, "x", read_only=True) as mirror:
        assert mirror.totals() == Totals(0, 0, 0)
    assert not workspace.state.exists()
    with open_mirror(workspace, "x") as mirror:
        mirror.adopt_project(1, "t")
    with (
        pytest.raises(WorkspaceError, match="readonly"),
        open_mirror(workspace, "x", read_only=True) as mirror,
    ):
        mirror.put(_task(1))
