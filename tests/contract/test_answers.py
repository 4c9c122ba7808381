"""The same requests to both sides get the same answers, whole."""

import pytest

from contract.compare import Reader, differences
from contract.sides import CONFIG, choice, region, task

pytestmark = pytest.mark.server

_NOWHERE = 99_999_999
_NEXT = {"id": "next_task"}


def _story(side):
    """Ask everything that annotate asks, one after the other; yield what was asked and answered."""
    me, ben = side.owner, side.other()
    asked = []

    def ask(person, method, path, body=None, *, only=lambda answer: answer, **params):
        status, answer = person(method, path, body, **params)
        asked.append((f"{len(asked)}: {method} {path}", status, only(answer)))
        return answer

    def of_us(users):
        return [user for user in users if user["email"] in (me.email, ben.email)]

    fields = {"title": "Contract", "label_config": CONFIG, "show_instruction": True,
              "expert_instruction": "Do.", "show_collab_predictions": True}  # fmt: skip
    project = ask(me, "POST", "/api/projects/", fields)["id"]
    here = f"/api/projects/{project}"
    ask(me, "GET", f"{here}/")
    ask(me, "GET", "/api/projects/", only=lambda answer: answer["results"][0], page_size=1)
    ask(me, "GET", "/api/users/", only=of_us)
    work = [
        {"id": 77, "result": [region(), choice()], "ground_truth": False, "lead_time": 3.5,
         "completed_by": {"email": ben.email}},
        {"result": [], "was_cancelled": True, "ground_truth": False},
    ]  # fmt: skip
    bodies = [
        task(0, predictions=[("m1", [region()])]),
        task(1, predictions=[("m1", [region(start=0, end=900)]), ("m2", [region("Nonsense")])]),
        {**task(2, annotations=work), "meta": {"k": 1}},
        task(3),
        {"text": "bare"},
    ]
    ids = ask(me, "POST", f"{here}/import", bodies, return_task_ids="true")["task_ids"]
    ask(me, "POST", f"{here}/import", [task(9)])
    ask(me, "GET", f"{here}/")
    for number in ids[:3]:
        ask(me, "GET", f"/api/tasks/{number}/")
    for bad in (
        [{"data": {"other": 1}}, task()],
        [{"other": 1}],
        [{"data": {"text": None}}],
        [],
        [{**task(), "predictions": "x"}],
        [{**task(), "predictions": [{"model_version": "m"}]}],
        [task(annotations=[{"ground_truth": False}])],
        [task(annotations=[{"result": [], "completed_by": {"email": "nobody@nowhere"}}])],
        [task(annotations=[{"result": [], "completed_by": _NOWHERE}])],
    ):
        ask(me, "POST", f"{here}/import", bad)
    ask(me, "POST", f"/api/projects/{_NOWHERE}/import", [task()])
    shown = ask(me, "GET", f"/api/tasks/{ids[0]}/")["predictions"][0]["id"]
    body = {"result": [region()], "was_cancelled": False, "ground_truth": False,
            "lead_time": 2.5, "parent_prediction": shown}  # fmt: skip
    mine = ask(me, "POST", f"/api/tasks/{ids[0]}/annotations/", body)["id"]
    theirs = ask(ben, "POST", f"/api/tasks/{ids[0]}/annotations/", {"result": []})["id"]
    ask(ben, "PATCH", f"/api/annotations/{mine}/", {"result": [region("Hedge")]})
    ask(me, "GET", f"/api/annotations/{mine}/")
    ask(ben, "PATCH", f"/api/annotations/{theirs}/", {"was_cancelled": True})
    ask(me, "GET", f"/api/tasks/{ids[0]}/")
    ask(me, "GET", f"{here}/")
    ask(me, "POST", f"/api/tasks/{ids[0]}/annotations/", {"parent_prediction": _NOWHERE})
    ask(me, "POST", f"/api/tasks/{_NOWHERE}/annotations/", {"result": []})
    ask(me, "POST", f"/api/tasks/{ids[0]}/annotations/", {"result": "x"})
    ask(me, "DELETE", f"/api/annotations/{theirs}/")
    ask(me, "DELETE", f"/api/annotations/{theirs}/")
    ask(me, "PATCH", f"/api/annotations/{theirs}/", {"result": []})
    ask(ben, "POST", f"/api/tasks/{ids[1]}/drafts", {"result": [region()]})
    ask(me, "GET", f"/api/tasks/{ids[1]}/drafts")
    ask(ben, "GET", f"/api/tasks/{ids[1]}/")
    ask(me, "GET", f"/api/tasks/{ids[1]}/")
    ask(me, "PATCH", f"/api/tasks/{ids[3]}/", {"overlap": 2})
    ask(me, "PATCH", f"/api/tasks/{ids[3]}/", {"data": {"text": "Mayor 3.", "queue": "000001"}})
    ask(me, "PATCH", f"/api/tasks/{_NOWHERE}/", {"overlap": 2})
    added = [
        {"task": ids[3], "model_version": "m3", "score": 0.5, "result": [region()]},
        {"task": ids[3], "model_version": "m3", "result": [{**region(), "from_name": "nobody"}]},
        {"task": ids[3], "model_version": "m3", "result": [region("Nonsense")]},
        {"task": ids[4], "model_version": "m3", "result": []},
    ]
    ask(me, "POST", f"{here}/import/predictions", added)
    ask(me, "POST", "/api/predictions/", {"task": ids[4], "model_version": "m4", "result": []})
    ask(me, "PATCH", f"/api/predictions/{shown}/", {"result": []})
    ask(me, "GET", f"/api/tasks/{ids[3]}/")
    for version in ("m3", "nobody", ""):
        ask(me, "PATCH", f"{here}/", {"model_version": version})
    ask(me, "DELETE", f"/api/predictions/{shown}/")
    ask(me, "DELETE", f"/api/predictions/{shown}/")
    ask(me, "GET", f"/api/tasks/{ids[0]}/")
    ask(me, "PATCH", f"{here}/", {"title": "ab"})
    ask(me, "PATCH", f"{here}/", {"label_config": CONFIG.replace('name="label"', 'name="b"')})
    ask(me, "POST", f"{here}/validate/", {"label_config": CONFIG})
    ask(me, "POST", f"{here}/validate/", {})
    ask(me, "GET", f"/api/projects/{_NOWHERE}/")
    ask(me, "POST", "/api/projects/", {"title": "ab", "label_config": CONFIG})
    ask(me, "POST", "/api/projects/", {"title": "Bad", "label_config": "<View><Labels/></View>"})
    empty = '<View><Labels name="l" toName="t"/><Text name="t" value="$t"/></View>'
    for config in ("nonsense", empty, empty.replace("Labels", "Choices")):
        ask(me, "POST", "/api/projects/", {"title": "Bad", "label_config": config})
    for params in ({"fields": "all"}, {"fields": "task_only"}, {}, {"page": 2}, {"page_size": 2},
                   {"fields": "task_only", "include": "id,data,updated_at,overlap,is_labeled"},
                   {"fields": "task_only", "include": "id,total_annotations,created_at"}):  # fmt: skip
        ask(me, "GET", "/api/tasks/", project=project, **params)
    ask(me, "GET", "/api/tasks/")
    ask(me, "GET", "/api/tasks/", project=_NOWHERE)
    ask(me, "GET", "/api/dm/views/", project=project)
    data = {"title": "Queue", "type": "list", "target": "tasks", "ordering": ["-tasks:id"],
            "filters": {"conjunction": "and", "items": []}}  # fmt: skip
    view = ask(me, "POST", "/api/dm/views/", {"project": project, "data": data})["id"]
    changed = {"project": project, "data": {"title": "Queue", "ordering": ["tasks:id"]}}
    ask(me, "PATCH", f"/api/dm/views/{view}/", changed)
    ask(me, "GET", "/api/dm/views/", project=project)
    ask(me, "GET", "/api/tasks/", view=view, fields="task_only", include="id")
    ask(me, "PATCH", f"/api/dm/views/{_NOWHERE}/", changed)
    ask(me, "POST", "/api/dm/actions/", {}, **_NEXT, project=project)
    ask(ben, "POST", "/api/dm/actions/", {"ordering": ["-tasks:id"]}, **_NEXT, project=project)
    ask(me, "POST", "/api/dm/actions/", {}, id="nonsense", project=project)
    hook = {"project": project, "url": "http://127.0.0.1:9/webhook", "send_payload": False,
            "send_for_all_actions": False, "actions": ["ANNOTATION_CREATED"],
            "headers": {"Authorization": "Bearer x"}, "is_active": False}  # fmt: skip
    made = ask(me, "POST", "/api/webhooks/", hook)["id"]
    ask(me, "PATCH", f"/api/webhooks/{made}/", {"actions": ["TASKS_CREATED"]})
    ask(me, "GET", "/api/webhooks/", project=project)
    ask(me, "PATCH", f"/api/webhooks/{_NOWHERE}/", {"is_active": False})
    ask(me, "GET", "/api/ml", project=project)
    ask(me, "PATCH", f"/api/ml/{_NOWHERE}", {"url": "http://127.0.0.1:9"})
    with side.backend() as url:
        body = {"project": project, "url": url, "title": "annotate", "is_interactive": False,
                "timeout": 20.0, "auth_method": "BASIC_AUTH", "basic_auth_user": "annotate",
                "basic_auth_pass": "secret"}  # fmt: skip
        backend = ask(me, "POST", "/api/ml", body)["id"]
        ask(me, "PATCH", f"/api/ml/{backend}", body)
        ask(me, "GET", "/api/ml", project=project)
        ask(me, "GET", f"{here}/")
        ask(me, "GET", f"/api/tasks/{ids[2]}/")
        chosen = {"selectedItems": {"all": True, "excluded": []}}
        action = "retrieve_tasks_predictions"
        ask(me, "POST", "/api/dm/actions/", chosen, id=action, project=project)
        ask(me, "GET", "/api/tasks/", project=project, fields="all")
        ask(me, "GET", "/api/webhooks/", project=project)
    draft = ask(ben, "POST", f"/api/tasks/{ids[2]}/drafts", {"result": []})["id"]
    body = {"result": [region()], "draft_id": draft, "ground_truth": True}
    ask(ben, "POST", f"/api/tasks/{ids[2]}/annotations/", body)
    ask(ben, "DELETE", f"/api/drafts/{draft}/")
    ask(me, "GET", f"{here}/export", exportType="JSON")
    ask(me, "GET", f"{here}/export", exportType="JSON", download_all_tasks="true")
    for chosen, action in ((ids[3:4], "delete_tasks_predictions"), (ids[:1], "delete_tasks_annotations"),
                           (ids[3:5], "delete_tasks")):  # fmt: skip
        body = {"selectedItems": {"all": False, "included": chosen}}
        ask(me, "POST", "/api/dm/actions/", body, id=action, project=project)
    ask(me, "DELETE", f"{here}/model-versions/", {"model_version": "m1"})
    ask(me, "DELETE", f"/api/tasks/{ids[0]}/")
    ask(me, "DELETE", f"/api/tasks/{ids[0]}/")
    ask(me, "GET", f"/api/tasks/{ids[0]}/")
    ask(me, "GET", f"{here}/")
    ask(me, "GET", "/api/tasks/", project=project, fields="all")
    ask(me, "GET", "/api/invite")
    ask(me, "DELETE", f"{here}/")
    ask(me, "GET", f"{here}/")
    return asked


def test_the_double_answers_as_the_server_does(server_side, double_side):
    """A long story, with refusals: status and body of every answer are the same on both sides."""
    readers = [
        Reader((side.owner.email, side.other().email)) for side in (double_side, server_side)
    ]
    found = []
    stories = [_story(side) for side in (double_side, server_side)]
    for ours, theirs in zip(*stories, strict=True):
        a, b = (
            reader.read([*told[1:]]) for reader, told in zip(readers, (ours, theirs), strict=True)
        )
        found += [f"{theirs[0]}{line}" for line in differences(a, b)]
    assert not found, "\n".join(found)
