"""What the double alone can do: faults on the way, late commits, old numbers, older copies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from contract.sides import CONFIG, region, task
from proxy import FAULTS as FAULTS_OF_THE_PROXY

from annotate.errors import StudioError, StudioUnreachableError
from double import FAULTS


@pytest.fixture
def client(studio):
    """Return a client that acts as the owner."""
    client = studio.client()
    yield client
    client.close()


@pytest.fixture
def project(client):
    """Return an empty project."""
    return client.create_project("Double", CONFIG, None).project_id


def _import(method, path):
    return method == "POST" and path.endswith("/import")


def test_the_faults_are_those_of_the_proxy():
    """A test that names one means the same on either way."""
    assert FAULTS == FAULTS_OF_THE_PROXY


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_with_a_fault_is_done_or_not(studio, client, project, fault):
    """*after* means done and not told, *before* not done; only `slow` is answered."""
    studio.decide = lambda method, path: fault if _import(method, path) else None
    if fault == "slow":
        assert len(client.import_tasks(project, [task(0)])) == 1
    else:
        with pytest.raises(StudioUnreachableError):
            client.import_tasks(project, [task(0)])
    studio.decide = lambda method, path: None
    assert studio.happened == [(fault, "POST", f"/api/projects/{project}/import")]
    done = fault in ("slow", "truncate") or fault.endswith(" after")
    assert client.project(project).tasks == int(done)


def test_a_reading_with_faults_is_asked_again_without_waiting(studio, client, project):
    """The client's pauses are time of the double."""
    faults = iter(["drop before", "500 after", "truncate"])
    studio.decide = lambda method, path: next(faults, None)
    before = studio.now
    assert client.project(project).tasks == 0
    assert len(studio.happened) == 3
    assert studio.now - before > timedelta(seconds=1.4)


def test_a_fault_that_is_none_is_an_error(studio, client):
    """A misspelt fault does not pass for a quiet network."""
    studio.decide = lambda method, path: "drop befor"
    with pytest.raises(NotImplementedError, match="no such fault"):
        client.users()


def test_an_import_without_an_answer_may_come_later(studio, client, project):
    """It commits whole after `commit_seconds`, with the stamps of when it was sent."""
    studio.decide = lambda method, path: "zombie" if _import(method, path) else None
    with pytest.raises(StudioUnreachableError, match="no answer"):
        client.import_tasks(project, [task(0), task(1)])
    sent = studio.now
    studio.decide = lambda method, path: None
    assert client.project(project).tasks == 0
    client.wait(studio.commit_seconds - 10)
    assert client.project(project).tasks == 0
    client.wait(10)
    assert client.project(project).tasks == 2
    for stamp in client.stamps(project):
        assert stamp.as_imported
        assert stamp.updated_at - sent < timedelta(seconds=1)
    assert studio.now - sent > timedelta(seconds=studio.commit_seconds)


def test_what_somebody_does_may_become_visible_late(studio, client, project):
    """Stamps are set before the commit: a reading in between passes over them."""
    ids = client.import_tasks(project, [task(0), task(1)])
    eve = studio.join("eve@example.org")
    path = f"/api/tasks/{ids[0]}/annotations/"
    studio.send_late("POST", path, json={"result": []}, user=eve, seconds=30)
    client.annotate(ids[1], [])
    stamps = {stamp.task_id: stamp.updated_at for stamp in client.stamps(project)}
    client.wait(31)
    late = {stamp.task_id: stamp.updated_at for stamp in client.stamps(project)}
    assert stamps[ids[0]] < late[ids[0]] < late[ids[1]] == stamps[ids[1]]
    (annotation,) = client.task(ids[0])["annotations"]
    assert annotation["completed_by"]["email"] == "eve@example.org"


def test_what_cannot_be_done_any_more_is_refused_late(studio, client, project):
    """Nobody who asks for something else meanwhile is told."""
    (number,) = client.import_tasks(project, [task(0)])
    path = f"/api/tasks/{number}/annotations/"
    studio.send_late("POST", path, json={"result": []}, seconds=5)
    client.delete_task(number)
    client.wait(6)
    assert studio.happened == [("refused late", "POST", path)]
    assert client.project(project).annotations == 0


def test_late_commits_come_in_their_order(studio, client, project):
    """Whatever was sent first; the clock stands where the waiting ended."""
    path = f"/api/projects/{project}/import"
    for seconds in (20, 10):
        studio.send_late("POST", path, json=[task(seconds)], seconds=seconds)
    before = studio.now
    studio.advance(60)
    assert studio.now - before == timedelta(seconds=60)
    assert [found["data"]["article_id"] for found in client.tasks(project)] == ["a10", "a20"]


def test_on_postgresql_a_late_import_has_earlier_ids(studio, client, project):
    """Ids are given when it begins, and never twice."""
    studio.state.reuse_ids = False
    path = f"/api/projects/{project}/import"
    studio.send_late("POST", path, json=[task(0), task(1)], seconds=10)
    (later,) = client.import_tasks(project, [task(2)])
    client.wait(11)
    found = [(t["data"]["article_id"], t["id"]) for t in client.tasks(project)]
    assert found == [("a0", later - 2), ("a1", later - 1), ("a2", later)]
    client.delete_task(later)
    assert client.import_tasks(project, [task(3)]) == [later + 1]


def test_predictions_may_be_lost_in_an_import_that_is_answered(studio, client, project):
    """All ids come back, the tasks are there, and `prediction_count` is 0."""
    studio.decide = lambda method, path: "lose predictions" if _import(method, path) else None
    ids = client.import_tasks(project, [task(0, predictions=[("m1", [region()])])])
    held = client.task(ids[0])
    assert (held["predictions"], held["total_predictions"]) == ([], 0)
    assert client.project(project).model_version is None


def test_numbers_of_a_project_may_lag(studio, client, project):
    """Lists are true at once, numbers only after `counts_lag`."""
    studio.counts_lag = 5
    client.import_tasks(project, [task(0), task(1)])
    assert client.project(project).tasks == 0
    assert len(list(client.tasks(project))) == 2
    client.wait(5)
    assert client.project(project).tasks == 2


def test_an_older_copy_can_be_put_back(studio, client, project):
    """Everything since then is gone, what was in flight too; time goes on."""
    ids = client.import_tasks(project, [task(0)])
    copy = studio.snapshot()
    made = client.annotate(ids[0], [])
    studio.send_late("DELETE", f"/api/annotations/{made}/", seconds=5)
    now = studio.now
    studio.put_back(copy)
    client.wait(10)
    assert client.task(ids[0])["annotations"] == []
    assert client.annotate(ids[0], []) == made
    assert studio.now > now


def test_the_clock_on_the_answers_can_be_wrong(studio, client):
    """The `Date` is shifted; so is everything, where the clock itself is set."""
    client.users()
    true = client.clock
    studio.clock_shift = timedelta(hours=1)
    client.users()
    assert client.clock - true >= timedelta(hours=1)
    studio.clock_shift = timedelta(0)
    studio.now -= timedelta(hours=2)
    client.users()
    assert client.clock < true


def test_requests_of_several_threads_are_done_one_after_the_other(studio, project):
    """No id is given twice, and nothing is lost."""

    def push(number):
        client = studio.client()
        ids = client.import_tasks(project, [task(10 * number + n) for n in range(10)])
        client.close()
        return ids

    with ThreadPoolExecutor(max_workers=8) as pool:
        ids = [i for found in pool.map(push, range(8)) for i in found]
    assert len(set(ids)) == 80
    client = studio.client()
    assert client.project(project).tasks == 80
    client.close()


def test_what_the_double_does_not_know_it_does_not_answer(studio, client):
    """A request that no handler knows is an error of the test, not one of Label Studio."""
    with pytest.raises(NotImplementedError, match="GET /api/prompts/"):
        client.request("GET", "api/prompts/")
    assert not issubclass(NotImplementedError, StudioError)
