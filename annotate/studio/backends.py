"""The live backends that a Label Studio project knows, and their webhooks, over its API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from annotate.errors import BlockedAddressError, StudioAuthError, StudioRefusedError
from annotate.studio.client import StudioClient

TITLE = "annotate"

_Read = TypeVar("_Read")

_BLOCKED = ("reserved network address", "provided url was not allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A backend of a project, as the server knows it."""

    backend_id: int
    url: str
    title: str


def list_backends(client: StudioClient, project_id: int) -> list[Registration]:
    """Return the backends of a project, oldest first: Label Studio asks the first one alone."""
    found = _call(
        client,
        "GET",
        "api/ml",
        params={"project": project_id},
        read=lambda answer: [
            Registration(backend_id=value["id"], url=value["url"], title=value.get("title") or "")
            for value in _listed(answer)
        ],
    )
    return sorted(found, key=lambda registration: registration.backend_id)


def register_backend(
    client: StudioClient,
    project_id: int,
    *,
    url: str,
    user: str,
    password: str,
    seconds: float,
    backend_id: int | None,
) -> int:
    """Make the registration, or update the one with that id, and return its id.

    The server calls `/health` and `/setup` of the backend before it answers. Raises
    `BlockedAddressError` where the server calls no local addresses.
    """
    body = {
        "project": project_id,
        "url": url,
        "title": TITLE,
        "is_interactive": False,
        "timeout": seconds,
        "auth_method": "BASIC_AUTH",
        "basic_auth_user": user,
        "basic_auth_pass": password,
    }
    if backend_id is None:
        try:
            return _call(client, "POST", "api/ml", json=body, read=_id)
        except BlockedAddressError:
            # Where webhooks alone are refused, the backend itself was kept before the refusal.
            made = [b for b in list_backends(client, project_id) if b.url == url]
            if not made:
                raise
            backend_id = made[-1].backend_id
    return _call(client, "PATCH", f"api/ml/{backend_id}", json=body, read=_id)


def set_webhook(
    client: StudioClient,
    project_id: int,
    *,
    url: str,
    token: str,
    actions: Sequence[str],
    active: bool,
) -> str:
    """Let the project's webhook of that address send bare hints, or nothing; return what became.

    Label Studio makes one with every backend, which sends whole annotations on every action and
    without authentication.
    """
    known = _call(
        client,
        "GET",
        "api/webhooks/",
        params={"project": project_id},
        read=lambda answer: [
            int(hook["id"]) for hook in _listed(answer) if hook["url"].rstrip("/") == url
        ],
    )
    body = {
        "url": url,
        "send_payload": False,
        "send_for_all_actions": False,
        "actions": list(actions),
        "headers": {"Authorization": f"Bearer {token}"},
        "is_active": active,
    }
    for hook_id in known:
        _call(client, "PATCH", f"api/webhooks/{hook_id}/", json=body, read=_id)
    if not known and active:
        _call(client, "POST", "api/webhooks/", json={**body, "project": project_id}, read=_id)
    return "on" if active else "off"


def _call(
    client: StudioClient,
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    read: Callable[[Any], _Read],
) -> _Read:
    try:
        return client.request(method, path, params=params, json=json, read=read)
    except (StudioRefusedError, StudioAuthError) as error:
        said = error.message.lower()
        if any(words in said for words in _BLOCKED):
            raise BlockedAddressError(
                f"{client.url}: refuses local addresses: {error.message.split(': ', 2)[-1]}",
                hint="start that server with ML_BLOCK_LOCAL_IP=false (backends) and "
                "SSRF_PROTECTION_ENABLED=false (webhooks), or serve under an address that it may "
                "call (--host, --backend-url)",
            ) from None
        raise


def _id(answer: Any) -> int:
    return int(answer["id"])


def _listed(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer if isinstance(answer, list) else answer["results"]
    return found
