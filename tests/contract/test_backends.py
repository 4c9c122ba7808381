"""Registering live backends and webhooks."""

import pytest

from annotate.errors import StudioRefusedError
from annotate.studio.backends import list_backends, register_backend, set_webhook


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
