"""Live backends and webhooks, as far as registering them goes: neither is ever called."""

from __future__ import annotations

from double.answers import Answer, Refusal, Request, Routes, UnknownPageRefusal, invalid
from double.shapes import stamp

_BAD_URL = (
    "The provided URL was not allowed. URLs must use http:// or https://, and must not resolve to "
    "local or private network addresses when SSRF protection applies."
)


def _of_project(request: Request, kind: str) -> Answer:
    held = getattr(request.state, kind).values()
    project = request.params.get("project")
    return Answer(200, [v for v in held if project is None or v["project"] == int(project)])


def _backends(request: Request) -> Answer:
    return _of_project(request, "backends")


def _webhooks(request: Request) -> Answer:
    return _of_project(request, "webhooks")


def _check_backend(request: Request, url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise Refusal(403, _BAD_URL)
    if not request.studio.health(url):
        raise invalid(
            "non_field_errors",
            f"Can't connect to ML backend {url}, health check failed. Make sure it is up and your "
            "firewall is properly configured.",
        )


def _add_backend(request: Request) -> Answer:
    """Register a backend that answers, and its webhook for everything."""
    body = request.body
    _check_backend(request, body["url"])
    number = request.state.new_id("backends")
    request.state.backends[number] = {**body, "id": number}
    _put_webhook(request, {"project": body["project"], "url": f"{body['url']}/webhook"})
    return Answer(201, request.state.backends[number])


def _change_backend(request: Request, number: int) -> Answer:
    if number not in request.state.backends:
        raise UnknownPageRefusal
    backend = request.state.backends[number]
    _check_backend(request, request.body.get("url", backend["url"]))
    backend.update(request.body)
    return Answer(200, backend)


def _put_webhook(request: Request, body: dict[str, object]) -> dict[str, object]:
    number = request.state.new_id("webhooks")
    now = stamp(request.stamp())
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
        "created_at": now,
        "updated_at": now,
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
