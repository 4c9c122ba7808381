"""A real Label Studio for the tests that need one."""

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from annotate.studio.client import StudioClient
from annotate.studio.server import EmbeddedServer
from annotate.workflow.init import init_workspace
from annotate.workspace import Workspace, load_workspace


@dataclass(frozen=True)
class Site:
    """A workspace on the running server."""

    workspace: Workspace
    client: StudioClient
    server: EmbeddedServer
    environment: dict

    @property
    def root(self) -> Path:
        return self.workspace.root

    def add(self, name, text):
        (self.root / "articles" / name).write_text(text, encoding="utf-8", newline="")


def start_server(tmp_path_factory):
    """Start the embedded server and stop it at the end; several workers share the machine."""
    server = EmbeddedServer(tmp_path_factory.mktemp("studio"))
    server.start(port=8300)
    try:
        yield server
    finally:
        server.stop()


def workspace_on(server, tmp_path, monkeypatch, name):
    """Make a workspace whose project lies on `server`; the token comes from the environment."""
    url, token = server.status().url, server.credentials().token
    root = tmp_path / "ws"
    init_workspace(root, project=f"{name[:38]} {uuid.uuid4().hex[:6]}")
    config = root / "annotate.yaml"
    config.write_text(config.read_text() + f"studio: {{url: {json.dumps(url)}}}\n")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": token}
    client = StudioClient(url, token)
    yield Site(load_workspace(root, {}), client, server, environment)
    client.close()
