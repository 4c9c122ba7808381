"""Annotations, drafts, predictions and the people behind them."""

import pytest

from annotate.errors import StudioAuthError, StudioRefusedError
from contract.sides import region


def test_another_ones_annotation_can_be_changed(studio):
    """Its author stays; who changed it last is told."""
    _, (number,) = studio.filled(1)
    ben = studio.other()
    made = studio.owner.client.annotate(number, [region()])
    ben.client.set_annotation_result(made, [])
    (held,) = studio.task(number)["annotations"]
    users = studio.owner.client.users()
    assert held["completed_by"]["email"] == studio.owner.email
    assert (users[held["updated_by"]], held["result"]) == (ben.email, [])


def test_counts_follow_skips_back_and_forth(studio):
    """A skipped annotation is counted apart, and may be made one of work again."""
    project, (number, _) = studio.filled(2)
    made = studio.owner.client.annotate(number, [region()], cancelled=True)
    found = []
    for cancelled in (True, False, True):
        studio.owner("PATCH", f"/api/annotations/{made}/", {"was_cancelled": cancelled})
        held, numbers = studio.task(number), studio.numbers(project)
        found.append(
            (held["total_annotations"], held["cancelled_annotations"], held["is_labeled"],
             numbers.annotations, numbers.skipped)
        )  # fmt: skip
    skipped, worked = (0, 1, False, 0, 1), (1, 0, True, 1, 0)
    assert found == [skipped, worked, skipped]


def test_a_task_is_finished_by_as_many_people_as_it_wants(studio):
    """Several annotations of one person count once, and changing the overlap alone not at all."""
    _, (number,) = studio.filled(1)
    studio.owner.client.annotate(number, [])
    studio.owner.client.set_task(number, overlap=2)
    assert studio.task(number)["is_labeled"]
    studio.owner.client.annotate(number, [])
    assert not studio.task(number)["is_labeled"]
    studio.other().client.annotate(number, [])
    assert studio.task(number)["is_labeled"]


def test_a_prediction_that_is_gone_makes_a_submit_fail(studio):
    """`parent_prediction` must be there; nothing is saved."""
    _, (number,) = studio.filled(1)
    (prediction,) = studio.task(number)["predictions"]
    studio.owner.client.delete_prediction(prediction["id"])
    with pytest.raises(StudioRefusedError, match="parent_prediction.*object does not exist"):
        studio.owner.client.annotate(number, [], parent_prediction=prediction["id"])
    assert studio.task(number)["annotations"] == []


def test_an_annotation_forgets_the_prediction_that_is_deleted(studio):
    """What a person was shown is lost then, and the annotation's stamp does not tell."""
    _, (number,) = studio.filled(1)
    (prediction,) = studio.task(number)["predictions"]
    studio.owner.client.annotate(number, [], parent_prediction=prediction["id"])
    (before,) = studio.task(number)["annotations"]
    studio.owner.client.delete_prediction(prediction["id"])
    (after,) = studio.task(number)["annotations"]
    assert (before["parent_prediction"], after["parent_prediction"]) == (prediction["id"], None)
    assert after["updated_at"] == before["updated_at"]


def test_one_ground_truth_a_task(studio):
    """The last annotation that is sent as one takes it from the others."""
    _, (number,) = studio.filled(1)
    for _ in range(2):
        body = {"result": [], "ground_truth": True}
        assert studio.owner("POST", f"/api/tasks/{number}/annotations/", body)[0] == 201
    assert [a["ground_truth"] for a in studio.task(number)["annotations"]] == [False, True]


def test_drafts_are_seen_by_their_own_people(studio):
    """That there is one, everybody can find out; the bare list of drafts has all."""
    project, (number, _) = studio.filled(2)
    ben = studio.other()
    assert ben("POST", f"/api/tasks/{number}/drafts", {"result": [region()]})[0] == 201
    assert [len(studio.task(number, who)["drafts"]) for who in (ben, studio.owner)] == [1, 0]
    assert studio.task(number)["draft_exists"]
    assert studio.owner.client.tasks_with_drafts(project) == [number]
    listed = list(studio.owner.client.tasks(project))
    assert [(t["drafts"], t["draft_exists"]) for t in listed] == [([], True), ([], False)]
    assert len(studio.owner("GET", f"/api/tasks/{number}/drafts")[1]) == 1


def test_submitting_takes_the_draft_that_it_names(studio):
    """Any other draft stays."""
    project, (number,) = studio.filled(1)
    drafts = [
        studio.owner("POST", f"/api/tasks/{number}/drafts", {"result": []})[1]["id"]
        for _ in range(2)
    ]
    body = {"result": [], "draft_id": drafts[0]}
    made = studio.owner("POST", f"/api/tasks/{number}/annotations/", body)[1]
    assert made["draft_created_at"] is not None
    assert [draft["id"] for draft in studio.task(number)["drafts"]] == drafts[1:]
    studio.owner("DELETE", f"/api/drafts/{drafts[1]}/")
    assert studio.owner.client.tasks_with_drafts(project) == []


def test_deleting_a_version_leaves_a_wrong_count(studio):
    """The project forgets the version that it showed; a task counts one less, whatever it had."""
    project, (number,) = studio.filled(1)
    body = [{"task": number, "model_version": "m1", "result": []} for _ in range(2)]
    studio.owner.client.import_predictions(project, body)
    assert studio.task(number)["total_predictions"] == 3
    path = f"/api/projects/{project}/model-versions/"
    answer = studio.owner("DELETE", path, {"model_version": "m1"})
    assert answer == (200, {"deleted_predictions": 3})
    held = studio.task(number)
    assert (held["predictions"], held["total_predictions"]) == ([], 2)
    assert studio.numbers(project).model_version is None


def test_a_deleted_user_leaves_work_of_nobody(studio):
    """The annotation stays, without an author; their token is refused, their drafts are gone."""
    _, (number, other) = studio.filled(2)
    eve = studio.other("eve")
    eve.client.annotate(number, [region()])
    eve("POST", f"/api/tasks/{other}/drafts", {"result": []})
    users = {email: user for user, email in studio.owner.client.users().items()}
    assert studio.owner("DELETE", f"/api/users/{users[eve.email]}/")[0] == 204
    held = studio.task(number)
    (annotation,) = held["annotations"]
    assert (annotation["completed_by"], annotation["updated_by"]) == (None, None)
    assert (held["is_labeled"], held["annotators"], held["updated_by"]) == (True, [], [])
    assert not studio.task(other)["draft_exists"]
    assert eve.email not in studio.owner.client.users().values()
    with pytest.raises(StudioAuthError, match="Invalid token"):
        eve.client.users()
    studio._others.pop("eve").close()


@pytest.mark.parametrize(
    ("token", "detail"),
    [("f" * 40, "Invalid token."), ("", "Authentication credentials were not provided.")],
)
def test_without_a_known_token_nothing_is_told(studio, token, detail):
    """A wrong token and none are told apart."""
    stranger = studio.stranger(token)
    for path in ("/api/projects/", "/api/tasks/1/", "/api/users/"):
        status, answer = stranger("GET", path)
        assert (status, answer["detail"]) == (401, detail)
    stranger.close()
