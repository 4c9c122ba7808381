"""The labelling stream, tabs, and deleting in bulk."""

import pytest

from contract.sides import region, task


def _next(side, person, project, body=None):
    path = "/api/dm/actions/"
    status, answer = person("POST", path, body or {}, id="next_task", project=project)
    return answer["id"] if status == 200 else status


@pytest.fixture
def queued(studio):
    """Return a project of six tasks and their ids; the queue runs against their order."""
    project = studio.project()
    tasks = [task(n, predictions=[("m1", [region()])], queue=f"{9 - n:03d}") for n in range(6)]
    return project, studio.put(project, *tasks)


AS_DISPLAYED = {
    "ordering": ["tasks:data.queue"],
    "filters": {"conjunction": "and", "items": []},
}


def test_the_stream_goes_by_id_and_locks(studio, queued):
    """Everybody gets a task of their own, and the same one until they submit."""
    project, ids = queued
    people = [studio.owner, studio.other(), studio.other("eva")]
    for _ in range(2):
        assert [_next(studio, who, project) for who in people] == ids[:3]
    people[0].client.annotate(ids[0], [])
    assert [_next(studio, who, project) for who in people] == [ids[3], ids[1], ids[2]]


def test_as_displayed_goes_by_the_tab_and_locks_nothing(studio, queued):
    """Two people get the same task until one of them submits it."""
    project, ids = queued
    people = [studio.owner, studio.other()]
    assert [_next(studio, who, project, AS_DISPLAYED) for who in people] == [ids[5]] * 2
    people[0].client.annotate(ids[5], [])
    assert [_next(studio, who, project, AS_DISPLAYED) for who in people] == [ids[4]] * 2


def test_what_somebody_skipped_goes_to_others(studio, queued):
    """And to nobody twice; at the end there is nothing left."""
    project, ids = queued
    ben = studio.other()
    studio.owner.client.annotate(ids[0], [], cancelled=True)
    assert _next(studio, studio.owner, project) == ids[1]
    assert _next(studio, ben, project) == ids[0]
    for number in ids[1:]:
        ben.client.annotate(number, [])
    assert _next(studio, studio.owner, project) == 404
    assert _next(studio, ben, project) == ids[0]
    ben.client.annotate(ids[0], [])
    assert _next(studio, ben, project) == 404


def test_a_task_for_two_is_given_to_two(studio, queued):
    """Its overlap tells how many may have it at a time."""
    project, ids = queued
    studio.owner.client.set_task(ids[0], overlap=2)
    people = [studio.owner, studio.other(), studio.other("eva")]
    assert [_next(studio, who, project) for who in people] == [ids[0], ids[0], ids[1]]


def test_the_stream_shows_the_projects_version_alone(studio, queued):
    """The task in the list has all predictions; without a version the stream has none."""
    project, (number, *_) = queued
    body = [{"task": number, "model_version": "m2", "result": []}]
    studio.owner.client.import_predictions(project, body)

    def shown():
        path = "/api/dm/actions/"
        answer = studio.owner("POST", path, {}, id="next_task", project=project)[1]
        return [prediction["model_version"] for prediction in answer["predictions"]]

    assert shown() == ["m1"]
    studio.owner.client.set_model_version(project, "m2")
    assert shown() == ["m2"]
    assert len(studio.task(number)["predictions"]) == 2
    studio.owner("DELETE", f"/api/projects/{project}/model-versions/", {"model_version": "m2"})
    assert shown() == []


def test_a_tab_keeps_what_a_change_does_not_name(studio, queued):
    """Ordering and filters stay; everything else of a tab is replaced."""
    project, ids = queued
    items = [
        {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": ids[2]}
    ]
    data = {"title": "Queue", "hiddenColumns": {"explore": []}, "ordering": ["tasks:data.queue"],
            "filters": {"conjunction": "and", "items": items}}  # fmt: skip
    made = studio.owner("POST", "/api/dm/views/", {"project": project, "data": data})[1]
    assert made["data"] == data
    body = {"project": project, "data": {"title": "Other", "ordering": []}}
    changed = studio.owner("PATCH", f"/api/dm/views/{made['id']}/", body)[1]
    kept = {name: data[name] for name in ("ordering", "filters")}
    assert changed["data"] == {"title": "Other", **kept}
    listed = studio.owner("GET", "/api/tasks/", view=made["id"], fields="task_only", include="id")[
        1
    ]["tasks"]
    assert [found["id"] for found in listed] == ids[:2:-1]


def test_deleting_in_bulk_takes_what_was_chosen(studio, queued):
    """By ids, or all but some."""
    project, ids = queued

    def delete(**chosen):
        body = {"selectedItems": chosen}
        return studio.owner("POST", "/api/dm/actions/", body, id="delete_tasks", project=project)[1]

    assert delete(all=False, included=ids[:2])["processed_items"] == 2
    assert delete(all=True, excluded=ids[5:])["processed_items"] == 3
    assert [found["id"] for found in studio.listed(project)[1]["tasks"]] == ids[5:]


def test_removing_duplicates_joins_their_work(studio):
    """The first task that somebody worked on stays and gets all annotations; no stamp is moved."""
    project = studio.project()
    same = {"data": {"text": "Same."}}
    first, worked, also, other, last = studio.put(project, same, same, same, task(9), same)
    for number in (worked, also):
        studio.owner.client.annotate(number, [])
    studio.owner.client.annotate(last, [], cancelled=True)
    before = studio.task(worked)
    body = {"selectedItems": {"all": True, "excluded": []}}
    action = "remove_duplicates"
    assert studio.owner("POST", "/api/dm/actions/", body, id=action, project=project)[0] == 200
    assert [found["id"] for found in studio.listed(project)[1]["tasks"]] == [worked, other]
    after = studio.task(worked)
    assert (after["total_annotations"], after["cancelled_annotations"]) == (2, 1)
    assert len(after["annotations"]) == 3
    assert after["updated_at"] == before["updated_at"]
    assert first not in (worked, other)
