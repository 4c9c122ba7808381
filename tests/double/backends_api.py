"""Live backends and webhooks: registering them, and asking a backend for predictions.

Webhooks are kept and never called.
"""

from __future__ import annotations

import json
from typing import Any

from double.answers import Answer, Refusal, Request, Routes, UnknownPageRefusal, invalid
from double.shapes import stamp
from double.state import Prediction, Task

_BAD_URL = (
    "The provided URL was not allowed. URLs must use http:// or https://, and must not resolve to "
    "local or private network addresses when SSRF protection applies."
)
_SETTABLE = (
    "project",
    "url",
    "title",
    "description",
    "is_interactive",
    "timeout",
    "auth_method",
    "basic_auth_user",
    "extra_params",
    "auto_update",
)


def _of_project(request: Request, kind: str) -> Answer:
    held = getattr(request.state, kind).values()
    project = request.params.get("project")
    return Answer(200, [v for v in held if project is None or v["project"] == int(project)])


def _backends(request: Request) -> Answer:
    return _of_project(request, "backends")


def _webhooks(request: Request) -> Answer:
    return _of_project(request, "webhooks")


def _call(request: Request, url: str, path: str, body: Any = None) -> Any:
    """Ask a backend; `None` where nothing answers at its address."""
    answer = request.studio.backends.get(url)
    return None if answer is None else json.loads(json.dumps(answer(path, body)))


def _check_url(request: Request, url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise Refusal(403, _BAD_URL)
    if _call(request, url, "/health") is None:
        raise invalid(
            "non_field_errors",
            f"Can't connect to ML backend {url}, health check failed. Make sure it is up and your "
            "firewall is properly configured.",
        )


def _add_backend(request: Request) -> Answer:
    """Register a backend that answers, and its webhook for everything.

    A project that shows no version shows that of the backend from then on.
    """
    body = request.body
    _check_url(request, body["url"])
    number = request.state.new_id("backends")
    request.state.backends[number] = backend = {
        "id": number,
        "state": "CO",
        "readable_state": "Connected",
        "is_interactive": False,
        "error_message": None,
        "title": "",
        "auth_method": "NONE",
        "basic_auth_user": None,
        "basic_auth_pass_is_set": False,
        "description": "",
        "extra_params": None,
        "timeout": 100.0,
        "auto_update": True,
        "created_at": stamp(request.stamp()),
    }
    _put_webhook(request, {"project": body["project"], "url": f"{body['url']}/webhook"})
    _set_backend(request, backend)
    fields = request.project(body["project"]).fields
    if fields["show_collab_predictions"] and not fields["model_version"]:
        fields["model_version"] = backend["title"]
    return Answer(201, backend)


def _set_backend(request: Request, backend: dict[str, Any]) -> None:
    backend.update({name: request.body[name] for name in _SETTABLE if name in request.body})
    if "basic_auth_pass" in request.body:
        backend["basic_auth_pass_is_set"] = bool(request.body["basic_auth_pass"])
    set_up = _call(request, backend["url"], "/setup", {"project": backend["project"]})
    backend["model_version"] = (set_up or {}).get("model_version")
    backend["updated_at"] = stamp(request.stamp())


def _change_backend(request: Request, number: int) -> Answer:
    if number not in request.state.backends:
        raise UnknownPageRefusal
    backend = request.state.backends[number]
    _check_url(request, request.body.get("url", backend["url"]))
    _set_backend(request, backend)
    return Answer(200, backend)


def retrieve(request: Request, project: int, tasks: list[Task]) -> str | None:
    """Ask the project's first backend about tasks without predictions of its model version."""
    backends = [b for b in request.state.backends.values() if b["project"] == project]
    if not backends or _call(request, backends[0]["url"], "/health") is None:
        return None
    backend = backends[0]
    version = _call(request, backend["url"], "/setup", {"project": project})["model_version"]
    backend["model_version"] = version
    lacking = [t for t in tasks if version not in {p.model_version for p in t.predictions}]
    if not lacking:
        return version
    for task, results in zip(lacking, _predict(request, backend["url"], lacking), strict=True):
        for result in results if isinstance(results, list) else [results]:
            if "result" in result:
                _keep(request, task, result, version)
    return version


def _predict(request: Request, url: str, tasks: list[Task]) -> list[Any]:
    """Return an answer a task: one by one where one came for many, nothing where too few came."""
    body = {"tasks": [{"id": task.id, "data": task.data} for task in tasks]}
    found: list[Any] = (_call(request, url, "/predict", body) or {}).get("results") or []
    if len(found) == len(tasks):
        return found
    if len(found) == 1:
        return [answer for task in tasks for answer in _predict(request, url, [task])]
    return [[] for _ in tasks]


def _keep(request: Request, task: Task, result: dict[str, Any], version: str) -> None:
    task.updated_at = request.stamp()
    task.updated_by = request.user.id
    prediction = Prediction(
        id=request.state.new_id("predictions"),
        task=task.id,
        project=task.project,
        model_version=result.get("model_version", version),
        score=result.get("score"),
        result=result["result"],
        created_at=request.stamp(),
        updated_at=request.stamp(),
    )
    request.state.put_prediction(prediction)
    task.total_predictions = len(task.predictions)


def _put_webhook(request: Request, body: dict[str, Any]) -> dict[str, Any]:
    number = request.state.new_id("webhooks")
    request.state.webhooks[number] = {
        "id": number,
        "organization": 1,
        "project": body.get("project"),
        "url": body["url"],
        "send_payload": body.get("send_payload", True),
        "send_for_all_actions": body.get("send_for_all_actions", True),
        "headers": body.get("headers", {}),
        "is_active": body.get("is_active", True),
        "actions": body.get("actions", []),
        "created_at": stamp(request.stamp()),
        "updated_at": stamp(request.stamp()),
    }
    return request.state.webhooks[number]


def _add_webhook(request: Request) -> Answer:
    return Answer(201, _put_webhook(request, request.body))


def _change_webhook(request: Request, number: int) -> Answer:
    hook = request.find("webhooks", "Webhook", number)
    hook.update({name: value for name, value in request.body.items() if name in hook})
    hook["updated_at"] = stamp(request.stamp())
    return Answer(200, hook)


ROUTES: Routes = [
    ("GET", r"/api/ml/?", _backends),
    ("POST", r"/api/ml/?", _add_backend),
    ("PATCH", r"/api/ml/(\d+)/?", _change_backend),
    ("GET", r"/api/webhooks/?", _webhooks),
    ("POST", r"/api/webhooks/?", _add_webhook),
    ("PATCH", r"/api/webhooks/(\d+)/?", _change_webhook),
]
