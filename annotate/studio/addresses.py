"""Addresses of servers, which stand in messages: no secret may be in them."""

from __future__ import annotations

from urllib.parse import urlsplit

from annotate.errors import StudioError


def refuse_user(url: str) -> None:
    """Raise `StudioError`, which does not repeat it, for an address with a user or a password."""
    try:
        parsed = urlsplit(url)
    except ValueError:  # what is no address at all is told by who connects to it
        return
    if "@" in parsed.netloc:
        raise StudioError(
            f"the address of {parsed.hostname} holds a user or a password",
            hint="leave them out: Label Studio takes the token alone (LABEL_STUDIO_API_KEY)",
        )


def project_address(url: str, project_id: int) -> str:
    """Return the address of a project's list of tasks, for people."""
    return f"{url.rstrip('/')}/projects/{project_id}/data"


def task_address(url: str, project_id: int, task_id: int) -> str:
    """Return the address of one task's page, for people."""
    return f"{project_address(url, project_id)}?task={task_id}"
