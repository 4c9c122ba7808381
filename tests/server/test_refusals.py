"""What the server, or the way to it, can be like: one error each, and nothing written."""

import pytest

from annotate.errors import (
    SchemeMismatchError,
    StudioAnswerError,
    StudioAuthError,
    StudioError,
    StudioRefusedError,
)
from annotate.studio.client import StudioClient
from annotate.workflow.state.server import connect

pytestmark = pytest.mark.server


def test_a_wrong_token_is_told_without_showing_it(site, monkeypatch):
    """The error names the server and where the token belongs, never the token."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    with pytest.raises(StudioAuthError, match="the token is not accepted") as caught:
        connect(site.workspace)
    assert "LABEL_STUDIO_API_KEY" in caught.value.hint
    assert "f" * 40 not in str(caught.value) + caught.value.hint


def test_a_server_with_another_config_is_refused_before_anything_is_sent(site):
    """A project of that title whose config lacks our labels stays as it is."""
    other = (
        '<View><Labels name="label" toName="text"><Label value="Claim"/></Labels>'
        '<Text name="text" value="$text"/></View>'
    )
    project = site.client.create_project(site.workspace.settings.project, other, None)
    site.add("a.txt", "Officials said it may rain.")
    with pytest.raises(SchemeMismatchError, match="label 'Source' is missing there"):
        site.plan_push()
    with pytest.raises(SchemeMismatchError, match="another labelling config"):
        site.pull()
    assert site.client.project(project.project_id).tasks == 0


def test_two_projects_of_one_title_are_not_guessed_between(site):
    """The engineer is asked to name one by id."""
    for _ in range(2):
        site.client.create_project(
            site.workspace.settings.project, site.workspace.label_config(), None
        )
    with pytest.raises(StudioError, match="2 projects are called") as caught:
        site.project()
    assert "project_id" in caught.value.hint


def test_a_project_that_is_gone_is_not_made_anew_silently(site):
    """After a push, a deleted project is an error, not a reason to push everything again."""
    site.add("a.txt", "Officials said it may rain.")
    result = site.push()
    site.client.request("DELETE", f"api/projects/{result.project_id}/")
    with pytest.raises(StudioError, match="is gone") as caught:
        site.plan_push()
    assert "server.sqlite3" in caught.value.hint


def test_a_text_that_was_changed_on_the_server_is_left_out(site):
    """Spans are never read against a text that is not the one that was pushed."""
    site.add("a.txt", "Officials said it may rain.")
    result = site.push()
    (task,) = site.client.tasks(result.project_id)
    data = {**task["data"], "text": "Officials said it may snow."}
    site.client.request("PATCH", f"api/tasks/{task['id']}/", json={"data": data})
    plan = site.pull().plan
    assert f"task {task['id']} is not as it was pushed" in plan.unreadable[task["id"]]
    assert plan.changed == 0


def test_refusals_of_the_server_keep_its_reason(site):
    """A 400 becomes one error with what the server said; a 404 names what was asked for."""
    with pytest.raises(StudioRefusedError, match="refused \\(400\\).*[Ll]abel"):
        site.client.create_project("Broken config", "<View><Labels/></View>", None)
    with pytest.raises(StudioRefusedError, match="not found: api/projects/999999/"):
        site.client.project(999_999)
    project = site.client.create_project("Odd task", site.workspace.label_config(), None)
    with pytest.raises(StudioRefusedError, match="refused"):
        site.client.import_tasks(project.project_id, [{"data": {"other": "no text"}}])
    (task_id,) = site.client.import_tasks(project.project_id, [{"data": {"text": "Rain."}}])
    wrong = {"type": "labels", "from_name": "nobody", "to_name": "text", "value": {}}
    with pytest.raises(StudioAnswerError, match="0 of 1 predictions were taken"):
        site.client.import_predictions(
            project.project_id, [{"task": task_id, "model_version": "m", "result": [wrong]}]
        )


def test_something_else_on_that_address_is_told(live_server):
    """An address that answers with a page is not taken for an API."""
    url = live_server.status().url
    client = StudioClient(url + "/user/login", live_server.credentials().token)
    with pytest.raises(StudioError):
        client.users()
    client.close()
