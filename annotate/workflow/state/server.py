"""Where Label Studio is and with what token: flag > environment > annotate.yaml > embedded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from annotate.errors import MissingSettingError, StudioAuthError, StudioError, WorkspaceError
from annotate.studio.addresses import refuse_user
from annotate.studio.server import EmbeddedServer
from annotate.workflow.state.switch import refuse_switch
from annotate.workspace import Workspace

if TYPE_CHECKING:  # importing the SDK takes more than a second
    from annotate.studio.client import StudioClient

KEY_VARIABLE = "LABEL_STUDIO_API_KEY"

EMBEDDED = "embedded"
"""By what the workspace remembers its own server, whose port may change."""


def embedded_server(workspace: Workspace) -> EmbeddedServer:
    """Return the workspace's own server, running or not.

    Raises `StudioError` while a change to another database is not finished: what would be started
    is neither the old server nor the new one.
    """
    refuse_switch(workspace)
    return EmbeddedServer(workspace.state / "studio")


def server_identity(workspace: Workspace, url: str | None = None) -> str:
    """Return by what the workspace remembers the server that `connect` would ask."""
    address = url or workspace.settings.studio.url
    return EMBEDDED if address is None else address.rstrip("/")


def known_address(workspace: Workspace) -> str | None:
    """Return where Label Studio is, without asking it, to show it to people.

    `None` where the embedded one is stopped, and for an address that holds a password.
    """
    url = workspace.settings.studio.url
    if url is None:
        return EmbeddedServer(workspace.state / "studio").status().url
    try:
        refuse_user(url)
    except StudioError:
        return None
    return url


def connect(
    workspace: Workspace,
    *,
    url: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> StudioClient:
    """Return a client whose token was accepted.

    Raises `MissingSettingError` naming every place that was looked at, `StudioError` where the
    server is away or the token wrong.
    """
    environment = os.environ if environment is None else environment
    address = url or workspace.settings.studio.url
    server = embedded_server(workspace)
    if address is None:
        status = server.status()
        if status.state != "running" or status.url is None:
            raise StudioError(
                f"the embedded Label Studio is not running ({status.state}), "
                "and no other one is set (--url, ANNOTATE_STUDIO_URL, studio.url in annotate.yaml)",
                hint="start it with: annotate studio start",
            )
        login = server.credentials()
        if login is None:
            raise StudioError(f"{server.credentials_file} is missing")
        try:
            return _checked(status.url, login.token, identity=EMBEDDED)
        except StudioAuthError as error:
            raise StudioAuthError(
                error.message,
                hint=f"the embedded server knows another token than {server.credentials_file} "
                "says: put that file back, from a copy of the workspace",
            ) from None
    refuse_user(address)
    key = environment.get(KEY_VARIABLE) or _key_from_file(workspace)
    if not key:
        raise MissingSettingError(
            f"the API key for {address}",
            [
                f"environment variable {KEY_VARIABLE}",
                f"studio.api_key_file in {workspace.root / 'annotate.yaml'}",
                "environment variable ANNOTATE_API_KEY_FILE",
            ],
            hint="Label Studio shows it under Account & Settings > Access Token",
        )
    return _checked(address, key)


def _checked(url: str, key: str, *, identity: str | None = None) -> StudioClient:
    from annotate.studio.client import StudioClient

    client = StudioClient(url, key, identity=identity)
    try:
        client.users()
    except StudioError:
        client.close()
        raise
    return client


def _key_from_file(workspace: Workspace) -> str | None:
    name = workspace.settings.studio.api_key_file
    if name is None:
        return None
    path = workspace.root / name
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise WorkspaceError(f"{path}: the API key file cannot be read: {reason}") from None
