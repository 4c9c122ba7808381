"""Registering live backends and webhooks."""

import pytest

from annotate.errors import StudioRefusedError
from annotate.studio.backends import list_backends, register_backend, set_webhook
from contract.sides import task


def _register(studio, project, url, backend_id=None):
    return register_backend(
        studio.owner.client,
        project,
        url=url,
        user="annotate",
        password="secret",
        seconds=20.0,
        backend_id=backend_id,
    )


def _hooks(studio, project):
    return studio.owner("GET", "/api/webhooks/", project=project)[1]


def test_a_backend_that_does_not_answer_is_refused(studio):
    """Its `/health` is asked first; nothing is kept."""
    project = studio.project()
    with pytest.raises(StudioRefusedError, match="health check failed"):
        _register(studio, project, "http://127.0.0.1:9")
    assert list_backends(studio.owner.client, project) == []


def test_a_backend_that_answers_is_kept_with_a_webhook(studio):
    """The webhook sends everything; registering again changes the same backend."""
    project = studio.project()
    with studio.backend() as url:
        made = _register(studio, project, url)
        assert _register(studio, project, url, made) == made
        (found,) = list_backends(studio.owner.client, project)
        assert (found.backend_id, found.url, found.title) == (made, url, "annotate")
        (hook,) = _hooks(studio, project)
        assert hook["url"].rstrip("/") == f"{url}/webhook"
        assert (hook["send_payload"], hook["send_for_all_actions"]) == (True, True)
        set_webhook(
            studio.owner.client, project, url=f"{url}/webhook", token="t",
            actions=["ANNOTATION_CREATED"], active=True,
        )  # fmt: skip
    (hook,) = _hooks(studio, project)
    assert (hook["send_payload"], hook["actions"]) == (False, ["ANNOTATION_CREATED"])
    assert hook["headers"] == {"Authorization": "Bearer t"}


def _versions(studio, number):
    return [prediction["model_version"] for prediction in studio.task(number)["predictions"]]


def _retrieve(studio, project):
    body = {"selectedItems": {"all": True, "excluded": []}}
    action = "retrieve_tasks_predictions"
    answer = studio.owner("POST", "/api/dm/actions/", body, id=action, project=project)
    assert answer[1]["processed_items"] == studio.numbers(project).tasks


def test_a_backend_is_asked_when_a_task_without_predictions_is_opened(studio):
    """One that has predictions of any version is shown as it is; an empty list keeps nothing."""
    project = studio.project()
    blind = {"data": {"text": "blind"}}
    bare, other, held, hidden = studio.put(
        project, task(0), task(1), task(2, predictions=[("m1", [])]), blind
    )
    with studio.backend() as url:
        _register(studio, project, url)
        stamp = studio.listed(project, ("id", "equal", bare), include="id,updated_at")[1]
        assert _versions(studio, bare) == ["m9"]
        assert studio.task(bare)["updated_at"] > stamp["tasks"][0]["updated_at"]
        assert _versions(studio, held) == ["m1"]
        assert _versions(studio, hidden) == []
        _retrieve(studio, project)
        _retrieve(studio, project)
        listed = {found["id"]: found for found in studio.owner.client.tasks(project)}
        versions = {n: [p["model_version"] for p in t["predictions"]] for n, t in listed.items()}
        assert versions == {bare: ["m9"], other: ["m9"], held: ["m1", "m9"], hidden: []}
        assert studio.numbers(project).model_version == "m1"
        studio.owner.client.set_model_version(project, "annotate")
        path = "/api/dm/actions/"
        shown = studio.owner("POST", path, {}, id="next_task", project=project)[1]
        assert [prediction["model_version"] for prediction in shown["predictions"]] == ["m9"]


def test_a_backend_that_is_down_is_passed_over(studio):
    """Its tasks open without predictions, and it stays registered."""
    project = studio.project()
    (number,) = studio.put(project, task(0))
    with studio.backend() as url:
        _register(studio, project, url)
    assert _versions(studio, number) == []
    assert len(list_backends(studio.owner.client, project)) == 1


def test_a_project_that_shows_nothing_shows_the_backend(studio):
    """Registering sets the project's version to the backend's title."""
    project = studio.project()
    with studio.backend() as url:
        _register(studio, project, url)
    assert studio.numbers(project).model_version == "annotate"
