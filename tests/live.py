"""A real Label Studio for the tests that need one."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from annotate.exports.store import ExportStore
from annotate.jsonl import article_to_json, dumps
from annotate.pipeline.registry import Model
from annotate.samples import sample_articles
from annotate.studio.client import StudioClient
from annotate.studio.server import EmbeddedServer
from annotate.workflow.init import init_workspace
from annotate.workflow.inputs import workspace_articles
from annotate.workflow.mirror import open_mirror
from annotate.workflow.models import choose_model
from annotate.workflow.project import find_project
from annotate.workflow.pull import apply_pull, plan_pull
from annotate.workflow.push import apply_push, plan_push
from annotate.workflow.sync import apply_sync, plan_sync
from annotate.workspace import Workspace, load_workspace


@dataclass
class Site:
    """A workspace on the running server."""

    workspace: Workspace
    client: StudioClient
    server: EmbeddedServer
    environment: dict

    @property
    def root(self) -> Path:
        return self.workspace.root

    @property
    def scheme(self):
        return self.workspace.scheme()

    def add(self, name, text):
        (self.root / "articles" / name).write_text(text, encoding="utf-8", newline="")

    def add_samples(self, count):
        """Put sample articles, without their marks, into the workspace; return their gold."""
        lines = sample_articles()[:count]
        out = self.root / "articles" / "samples.jsonl"
        out.write_text("".join(dumps(article_to_json(line.article)) + "\n" for line in lines))
        return {line.article.article_id: line for line in lines}

    def configure(self, text):
        """Add settings to annotate.yaml."""
        config = self.root / "annotate.yaml"
        config.write_text(config.read_text() + text)
        self.workspace = load_workspace(self.root, {})

    def model(self, version=None):
        """Return the rules, under another version if one is named."""
        model = choose_model(self.workspace, None)
        return model if version is None else Model(version=version, path=None, lineage={})

    def plan_push(self, **settings):
        articles = workspace_articles(self.workspace).articles
        return plan_push(
            self.workspace, self.client, self.scheme, articles, self.model(), **settings
        )

    def push(self, **settings):
        articles = workspace_articles(self.workspace).articles
        plan = self.plan_push()
        return apply_push(self.workspace, self.client, self.scheme, plan, articles, **settings)

    def pull(self, *, full=False, accept_removals=False):
        plan = plan_pull(
            self.workspace, self.client, self.scheme, full=full, accept_removals=accept_removals
        )
        return apply_pull(self.workspace, self.scheme, plan, accept_removals=accept_removals)

    def sync(self, model=None, **settings):
        articles = workspace_articles(self.workspace).articles
        plan = plan_sync(
            self.workspace, self.client, self.scheme, articles, model or self.model(), **settings
        )
        return apply_sync(self.workspace, self.client, self.scheme, articles, plan, **settings)

    def project(self):
        with open_mirror(self.workspace, self.client.identity) as mirror:
            return find_project(self.workspace, self.client, mirror)

    def tasks(self):
        return list(self.client.tasks(self.project().project_id))

    def held(self):
        """Return what the latest export version holds, by key."""
        store = ExportStore(self.workspace.exports)
        latest = store.latest()
        return store.load(latest) if latest else {}

    def run(self, *arguments):
        """Run the command line and return what came of it."""
        return subprocess.run(
            [sys.executable, "-m", "annotate", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def cli(self, *arguments, code=0):
        """Run the command line; return its JSON, or what it wrote."""
        found = self.run(*arguments)
        assert found.returncode == code, found.stderr
        if code:
            return found.stderr
        return json.loads(found.stdout) if "--json" in arguments else found.stdout


def start_server(tmp_path_factory):
    """Start the embedded server and stop it at the end; several workers share the machine."""
    server = EmbeddedServer(tmp_path_factory.mktemp("studio"))
    server.start(port=8300)
    try:
        _delete_before_any_project(server)
        yield server
    finally:
        server.stop()


def _delete_before_any_project(server):
    """Delete a prediction first: tests would depend on their order otherwise.

    Where a project is the first thing that a running Label Studio deletes, it does not count
    deleted predictions any more until it is started again.
    """
    client = StudioClient(server.status().url, server.credentials().token)
    label = '<Labels name="l" toName="t"><Label value="x"/></Labels>'
    config = f'<View>{label}<Text name="t" value="$t"/></View>'
    project = client.create_project("First deletion", config, None).project_id
    task = {"data": {"t": "x"}, "predictions": [{"model_version": "m", "result": []}]}
    (number,) = client.import_tasks(project, [task])
    client.delete_prediction(client.task(number)["predictions"][0]["id"])
    client.delete_task(number)
    client.request("DELETE", f"api/projects/{project}/")
    client.close()


def seed_server(live, directory):
    """Copy a running server's login and database to another directory: no first migration there."""
    (directory / "data").mkdir(parents=True)
    shutil.copy(live.credentials_file, directory)
    name = "label_studio.sqlite3"
    with (
        closing(sqlite3.connect(live.directory / "data" / name)) as source,
        closing(sqlite3.connect(directory / "data" / name)) as copy,
    ):
        source.backup(copy)
    return EmbeddedServer(directory)


def workspace_on(server, tmp_path, monkeypatch, name):
    """Make a workspace whose project lies on `server`; the token comes from the environment."""
    url, token = server.status().url, server.credentials().token
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": token}
    site = make_site(StudioClient(url, token), tmp_path, name, server, environment)
    yield site
    site.client.close()


def make_site(client, tmp_path, name, server=None, environment=None):
    """Make a workspace whose project will lie where the client asks."""
    root = tmp_path / "ws"
    init_workspace(root, project=f"{name[:38]} {uuid.uuid4().hex[:6]}")
    config = root / "annotate.yaml"
    config.write_text(config.read_text() + f"studio: {{url: {json.dumps(client.url)}}}\n")
    return Site(load_workspace(root, {}), client, server, environment or {})
