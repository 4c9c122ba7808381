"""Importing tasks and predictions."""

import pytest

from annotate.errors import StudioAnswerError, StudioRefusedError
from contract.sides import choice, region, task


def test_ids_come_back_in_order(studio):
    """The answer names the new tasks in the order in which they were sent."""
    project = studio.project()
    ids = studio.put(project, *(task(n) for n in range(5)))
    assert ids == sorted(ids)
    assert [studio.task(i)["data"]["article_id"] for i in ids] == [f"a{n}" for n in range(5)]


def test_one_bad_task_rejects_the_whole_batch(studio):
    """Nothing of an import stays that was refused."""
    project = studio.project()
    with pytest.raises(StudioRefusedError, match="key is expected"):
        studio.put(project, task(0), {"data": {"other": "x"}}, task(1))
    assert studio.numbers(project).tasks == 0
    assert studio.listed(project)[1]["total"] == 0


def test_importing_again_duplicates(studio):
    """Label Studio knows no task again."""
    project = studio.project()
    first, second = studio.put(project, task(0)), studio.put(project, task(0))
    assert first != second
    assert studio.numbers(project).tasks == 2


def test_what_is_imported_is_kept_as_it_is(studio):
    """Nested data, odd characters, offsets beyond the text and unknown labels come back unchanged."""
    project = studio.project()
    odd = "\u00a0Zoë 👩‍👩‍👧 said:\t\u2028\u200b“so”\n\nالعربية"
    result = [region(end=5000), region("Nonsense", start=9, end=3), choice("perhaps"),
              {"type": "relation", "from_id": "x", "to_id": "nobody", "labels": ["hedges"]}]  # fmt: skip
    sent = {**task(0, predictions=[("m1", result)], deep={"a": [1, {"b": None}]})}
    sent["data"]["text"] = odd
    sent["predictions"][0]["score"] = 0.25
    (number,) = studio.put(project, sent)
    held = studio.task(number)
    assert held["data"] == sent["data"]
    (prediction,) = held["predictions"]
    assert (prediction["result"], prediction["score"]) == (result, 0.25)


def test_the_first_import_decides_which_version_is_shown(studio):
    """It is the version of the import's last prediction; later imports do not change it."""
    project = studio.project()
    assert studio.numbers(project).model_version is None
    studio.put(project, task(0))
    assert studio.numbers(project).model_version is None
    mixed = [task(1, predictions=[("m1", [])]), task(2, predictions=[("m2", [])]), task(3)]
    studio.put(project, *mixed)
    assert studio.numbers(project).model_version == "m2"
    studio.put(project, task(4, predictions=[("m3", [])]))
    assert studio.numbers(project).model_version == "m2"


def test_annotations_come_with_their_tasks(studio):
    """Author by e-mail, the old id, skips and lead times are taken; ground truth is the default."""
    project = studio.project()
    ben = studio.other()
    work = [
        {"id": 77, "result": [region()], "ground_truth": False, "lead_time": 3.5,
         "completed_by": {"email": ben.email}},
        {"result": [], "was_cancelled": True, "ground_truth": False},
        {"result": []},
    ]  # fmt: skip
    status, answer = studio.owner(
        "POST", f"/api/projects/{project}/import", [task(0, annotations=work)],
        return_task_ids="true",
    )  # fmt: skip
    assert (status, answer["annotation_count"], answer["prediction_count"]) == (201, 3, 0)
    held = studio.task(answer["task_ids"][0])
    found = [
        (a["import_id"], a["completed_by"]["email"], a["was_cancelled"], a["ground_truth"],
         a["lead_time"], a["updated_by"])
        for a in held["annotations"]
    ]  # fmt: skip
    owner = studio.owner.email
    assert found == [
        (77, ben.email, False, False, 3.5, None),
        (None, owner, True, False, None, None),
        (None, owner, False, True, None, None),
    ]
    assert (held["total_annotations"], held["cancelled_annotations"]) == (2, 1)
    numbers = studio.numbers(project)
    assert (numbers.annotations, numbers.skipped) == (2, 1)


def test_an_imported_skip_finishes_its_task(studio):
    """Skipping on the page leaves a task open; importing a skipped annotation does not."""
    project = studio.project()
    skip = {"result": [], "was_cancelled": True}
    imported, fresh = studio.put(project, task(0, annotations=[skip]), task(1))
    studio.owner.client.annotate(fresh, [], cancelled=True)
    assert [studio.task(n)["is_labeled"] for n in (imported, fresh)] == [True, False]
    assert studio.task(imported)["completed_at"] is not None
    assert studio.task(fresh)["completed_at"] is None


def test_an_import_ignores_what_it_may_not_set(studio):
    """Overlap, ids and stamps in the file mean nothing."""
    project = studio.project()
    (number,) = studio.put(
        project, {**task(0), "overlap": 3, "id": 5, "is_labeled": True, "inner_id": 9,
                  "created_at": "2020-01-01T00:00:00Z"},
    )  # fmt: skip
    held = studio.task(number)
    assert (held["overlap"], held["is_labeled"], held["inner_id"]) == (1, False, 1)
    assert not held["created_at"].startswith("2020")


def test_ids_of_deleted_tasks_and_annotations_are_given_again(studio):
    """On SQLite an import goes on after the highest id there is; predictions and posts do not."""
    project = studio.project()
    full = [task(n, predictions=[("m1", [])], annotations=[{"result": []}]) for n in range(3)]
    *_, last = studio.put(project, *full)
    before = studio.task(last)
    studio.owner.client.delete_task(last)
    (again,) = studio.put(project, full[0])
    after = studio.task(again)
    assert again == last
    assert after["annotations"][0]["id"] == before["annotations"][0]["id"]
    assert after["predictions"][0]["id"] > before["predictions"][0]["id"]
    posted = studio.owner.client.annotate(again, [])
    studio.owner("DELETE", f"/api/annotations/{posted}/")
    assert studio.owner.client.annotate(again, []) > posted


def test_bad_predictions_are_dropped_without_a_word(studio):
    """`import/predictions` looks at names and labels, not at offsets; it tells by a number alone."""
    project, ids = studio.filled(2)
    path = f"/api/projects/{project}/import/predictions"
    bad = [{**region(), "from_name": "nobody"}], [region("Nonsense")], [choice("perhaps")]
    good = [region(end=9999)], [region(), choice()], []
    body = [{"task": ids[0], "model_version": "m2", "result": result} for result in (*bad, *good)]
    assert studio.owner("POST", path, body) == (201, {"created": 3})
    assert len(studio.task(ids[0])["predictions"]) == 4
    with pytest.raises(StudioAnswerError, match="0 of 1 predictions were taken"):
        studio.owner.client.import_predictions(project, body[:1])


def test_a_prediction_for_a_task_that_is_not_there_rejects_them_all(studio):
    """One unknown task, and none of the predictions is taken."""
    project, ids = studio.filled(1)
    body = [
        {"task": number, "model_version": "m2", "result": []} for number in (ids[0], 99_999_999)
    ]
    with pytest.raises(StudioRefusedError, match='invalid "task" field'):
        studio.owner.client.import_predictions(project, body)
    assert len(studio.task(ids[0])["predictions"]) == 1


def test_imported_predictions_do_not_become_the_shown_ones(studio):
    """Annotators go on seeing the version that the project names."""
    project, ids = studio.filled(1)
    body = [{"task": ids[0], "model_version": "m2", "result": []}]
    studio.owner.client.import_predictions(project, body)
    assert studio.numbers(project).model_version == "m1"
