"""A real Label Studio for the tests that need one, and a workspace that works with it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from annotate.jsonl import article_to_json, dumps
from annotate.pipeline.registry import Model
from annotate.samples import sample_articles
from annotate.studio.client import StudioClient
from annotate.studio.server import EmbeddedServer
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import find_project
from annotate.workflow.mirror.site import Site, open_site
from annotate.workflow.state.init import init_workspace
from annotate.workflow.sync.pull import apply_pull, plan_pull
from annotate.workflow.sync.push import apply_push, plan_push
from annotate.workflow.sync.sync import apply_sync, plan_sync
from annotate.workspace import load_workspace


class TriedSite(Site):
    """A site with short words for what tests do over and over."""

    server: EmbeddedServer
    studio: object
    """The double, where the server is one."""
    environment: dict

    def __init__(self, workspace, client):
        self._open = ExitStack()
        mirror = self._open.enter_context(open_mirror(workspace.state, client.identity))
        super().__init__(workspace, client, mirror)

    def use(self, *, client=None, root=None):
        """Go on with another client, or in another workspace."""
        self.client = client or self.client
        if root is not None:
            self.workspace = load_workspace(root, {})
            self.reload()
        self.close()
        self.mirror = self._open.enter_context(
            open_mirror(self.workspace.state, self.client.identity)
        )

    def close(self):
        """Close the file of the mirror."""
        self._open.close()

    def forget_server(self):
        """Lose what is known of the server, as a workspace that was cloned anew has."""
        self.close()
        for path in self.workspace.state.glob("server.sqlite3*"):
            path.unlink()
        self.use()

    @contextmanager
    def left_alone(self):
        """Close the mirror for a block that forks: SQLite must not be carried along."""
        self.close()
        yield
        self.use()

    @property
    def root(self) -> Path:
        return self.workspace.root

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
        self.reload()

    def reload(self):
        """Read the files again; settings of this machine stay outside."""
        super().reload()
        self.workspace = load_workspace(self.root, {})

    def model(self, version=None):
        """Return the model in use, or the rules under another version."""
        if version is None:
            return self.models.in_use()
        return Model(version=version, path=None, lineage={})

    def plan_push(self, **settings):
        return plan_push(self, self.articles().articles, self.model(), **settings)

    def tried(self):
        """Return a site whose verbs change no file, as a dry run opens it."""
        return open_site(self.workspace, client=self.client, writes=False)

    def push(self, **settings):
        return apply_push(self, self.plan_push(), self.articles().articles, **settings)

    def pull(self, *, full=False, accept_removals=False, heal=False):
        plan = plan_pull(self, full=full, accept_removals=accept_removals, heal=heal)
        return apply_pull(self, plan)

    def sync(self, model=None, **settings):
        articles = self.articles().articles
        plan = plan_sync(self, articles, model or self.model(), **settings)
        return apply_sync(self, articles, plan)

    def project(self):
        return find_project(self)

    def raw_tasks(self):
        """Return the tasks of the project as the server's JSON has them."""
        return list(self.client.tasks(self.project().project_id))

    def held(self):
        """Return what the latest export version holds, by key."""
        return self.versions.load(self.versions.latest())

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
    with (
        closing(StudioClient(url, token)) as client,
        closing(make_site(client, tmp_path / "ws", name)) as site,
    ):
        site.server = server
        site.environment = {**os.environ, "LABEL_STUDIO_API_KEY": token}
        yield site
        site.client.close()  # it may be another one by now


def make_site(client, root, name):
    """Make a workspace in `root` whose project will lie where the client asks.

    It infers no links: what it holds can be held to what the server says.
    """
    init_workspace(root, project=f"{name[:38]} {uuid.uuid4().hex[:6]}")
    config = root / "annotate.yaml"
    written = config.read_text().replace("infer_links: true\n", "")
    config.write_text(written + f"studio: {{url: {json.dumps(client.url)}}}\n")
    return TriedSite(load_workspace(root, {}), client)
