"""What moves a task's `updated_at`, and the server's clock."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from annotate.studio.task_lists import read_stamp
from contract.sides import region, task


def _nothing(side, project, number):
    pass


def _submit(side, project, number):
    side.owner.client.annotate(number, [region()])


def _skip(side, project, number):
    side.owner.client.annotate(number, [], cancelled=True)


def _edit(side, project, number):
    (annotation,) = side.task(number)["annotations"]
    side.owner.client.set_annotation_result(annotation["id"], [region("Source")])


def _withdraw(side, project, number):
    (annotation,) = side.task(number)["annotations"]
    side.owner("DELETE", f"/api/annotations/{annotation['id']}/")


def _bulk(action):
    def delete(side, project, number):
        body = {"selectedItems": {"all": False, "included": [number]}}
        answer = side.owner("POST", "/api/dm/actions/", body, id=action, project=project)
        assert answer[1]["processed_items"] == 1

    return delete


def _data(side, project, number):
    side.owner.client.set_task(number, data={"text": "Mayor 0.", "queue": "000001"})


def _overlap(side, project, number):
    side.owner.client.set_task(number, overlap=2)


def _draft(side, project, number):
    side.owner("POST", f"/api/tasks/{number}/drafts", {"result": []})


def _one_prediction(side, project, number):
    side.owner("POST", "/api/predictions/", {"task": number, "model_version": "m2", "result": []})


def _change_prediction(side, project, number):
    (prediction,) = side.task(number)["predictions"]
    side.owner.client.set_prediction_result(prediction["id"], [])


def _delete_prediction(side, project, number):
    (prediction,) = side.task(number)["predictions"]
    side.owner.client.delete_prediction(prediction["id"])


def _import_predictions(side, project, number):
    body = [{"task": number, "model_version": "m2", "result": []}]
    side.owner.client.import_predictions(project, body)


def _delete_version(side, project, number):
    path = f"/api/projects/{project}/model-versions/"
    assert side.owner("DELETE", path, {"model_version": "m1"})[1] == {"deleted_predictions": 1}


MOVES = {
    "submitted": (_nothing, _submit),
    "skipped": (_nothing, _skip),
    "edited": (_submit, _edit),
    "withdrawn": (_submit, _withdraw),
    "annotations deleted in bulk": (_submit, _bulk("delete_tasks_annotations")),
    "data changed": (_nothing, _data),
    "overlap changed": (_nothing, _overlap),
    "one prediction added": (_nothing, _one_prediction),
    "one prediction changed": (_nothing, _change_prediction),
    "one prediction deleted": (_nothing, _delete_prediction),
}
LEAVES = {
    "draft saved": (_nothing, _draft),
    "predictions imported": (_nothing, _import_predictions),
    "predictions deleted in bulk": (_nothing, _bulk("delete_tasks_predictions")),
    "a version deleted": (_nothing, _delete_version),
}


@pytest.mark.parametrize("what", MOVES)
def test_what_touches_a_task(studio, what):
    """What people do to a task, and what is done to it singly, moves its stamp; no other task's."""
    before, then = MOVES[what]
    project, (number, other) = studio.filled(2)
    before(studio, project, number)
    stamps = [studio.task(n)["updated_at"] for n in (number, other)]
    then(studio, project, number)
    moved = [studio.task(n)["updated_at"] for n in (number, other)]
    assert read_stamp(moved[0]) > read_stamp(stamps[0])
    assert moved[1] == stamps[1]


@pytest.mark.parametrize("what", LEAVES)
def test_what_does_not_touch_a_task(studio, what):
    """Drafts, and predictions that come or go in bulk, leave its stamp."""
    before, then = LEAVES[what]
    project, (number,) = studio.filled(1)
    before(studio, project, number)
    stamp = studio.task(number)["updated_at"]
    then(studio, project, number)
    assert studio.task(number)["updated_at"] == stamp


def test_an_import_sets_both_stamps_at_nearly_the_same_time(studio):
    """So that a task that nothing has touched can be told by them; stamps have microseconds."""
    _, ids = studio.filled(20)
    for number in ids:
        held = studio.task(number)
        made, touched = read_stamp(held["created_at"]), read_stamp(held["updated_at"])
        assert timedelta(0) < touched - made < timedelta(milliseconds=5)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", held["updated_at"])


def test_finishing_is_not_moved_by_edits(studio):
    """`completed_at` is when the newest annotation was made."""
    _, (number,) = studio.filled(1)
    made = studio.owner.client.annotate(number, [])
    finished = studio.task(number)["completed_at"]
    studio.owner.client.set_annotation_result(made, [region()])
    held = studio.task(number)
    assert finished == held["completed_at"] == held["annotations"][0]["created_at"]
    assert held["annotations"][0]["updated_at"] > finished
    assert held["updated_at"] > held["annotations"][0]["updated_at"]


def test_answers_carry_the_clock_of_the_stamps(studio):
    """The `Date` of an answer is the time of what it did, to the second."""
    project = studio.project()
    (number,) = studio.put(project, task(0))
    stamp = read_stamp(studio.task(number)["updated_at"])
    assert abs(studio.owner.client.clock - stamp) < timedelta(seconds=3)
    header = studio.owner.http.get("/api/version/").headers["date"]
    assert parsedate_to_datetime(header).tzinfo is not None
