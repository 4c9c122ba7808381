"""The shipped labelling configs on a real server."""

import json
import subprocess
import sys

import httpx
import pytest

from annotate.workflow.state.init import LABEL_CONFIGS, init_workspace
from annotate.workspace import load_workspace

pytestmark = pytest.mark.server

TEXT = '"The bridge may close," officials said on Friday.'


@pytest.mark.parametrize("name", LABEL_CONFIGS)
def test_the_server_takes_the_config_and_its_predictions(name, live_server, site, tmp_path):
    """A push makes the project, the server validates its config, and the page gets every label."""
    root = tmp_path / name
    url = live_server.status().url
    studio = f"studio: {{url: {json.dumps(url)}}}\nsplit: {{dev: 0.0, test: 0.0}}\n"
    init_workspace(root, project=f"{name} {tmp_path.name[-30:]}", label_config=name, extra=studio)
    (root / "articles" / "bridge.txt").write_text(TEXT)
    done = subprocess.run(
        [sys.executable, "-m", "annotate", "push", "--json"],
        cwd=root, env=site.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    project = json.loads(done.stdout)["project_id"]
    workspace = load_workspace(root, {})
    answer = httpx.post(
        f"{url}/api/projects/{project}/validate/",
        json={"label_config": workspace.label_config()},
        headers={"Authorization": f"Token {live_server.credentials().token}"},
        timeout=60,
    )
    assert answer.status_code < 300, answer.text
    (task,) = site.client.tasks(project)
    (prediction,) = task["predictions"]
    scheme = workspace.scheme()
    regions = [item for item in prediction["result"] if item["type"] == "labels"]
    assert {label for r in regions for label in r["value"]["labels"]} == set(scheme.span_labels)
    relations = [item for item in prediction["result"] if item["type"] == "relation"]
    assert {label for r in relations for label in r["labels"]} == set(scheme.link_labels)
