"""The whole loop on the sample corpus, in a workspace of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import UsageError
from annotate.samples import DIRECTORY, sample_articles
from annotate.studio.credentials import Credentials
from annotate.studio.simulated import Corrections, annotate_from_gold
from annotate.workflow.learning.planning import plan_retrain
from annotate.workflow.learning.retrain import RetrainResult, apply_retrain
from annotate.workflow.mirror.site import Site, open_site
from annotate.workflow.state.init import init_workspace
from annotate.workflow.state.server import embedded_server
from annotate.workflow.sync.pull import PullResult, apply_pull, plan_pull
from annotate.workflow.sync.push import apply_push, plan_push
from annotate.workflow.sync.push_plan import PushResult
from annotate.workflow.sync.refresh import RefreshResult, refresh_predictions
from annotate.workspace import Workspace, load_workspace

OPEN_TASKS = 6
"""Articles that the simulated annotator leaves open, for the new predictions."""

_MARKER = "demo"
_SETTINGS = """
# The samples are few: half of them judge, so that the gate has its 30 articles.
split:
  dev: 0.05
  test: 0.47
"""

Say = Callable[[str, int | None], None]
"""Called with the name of a step and its number of parts; then with ("", None) for each part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the loop did."""

    workspace: Workspace
    url: str
    login: Credentials
    pushed: PushResult
    corrections: Corrections
    pulled: PullResult
    retrained: RetrainResult
    refreshed: RefreshResult


def prepare_demo(directory: Path) -> Workspace:
    """Make the demo's workspace anew; an earlier demo in the directory is removed.

    Raises `UsageError` where the directory holds anything else.
    """
    if directory.exists() and any(directory.iterdir()):
        if not (directory / ".annotate" / _MARKER).exists():
            raise UsageError(
                f"{directory} exists and is no demo", hint="name another: annotate demo DIR"
            )
        embedded_server(load_workspace(directory)).stop()
        shutil.rmtree(directory)
    init_workspace(directory, project="annotate demo", articles=str(DIRECTORY), extra=_SETTINGS)
    (directory / ".annotate").mkdir()
    (directory / ".annotate" / _MARKER).touch()
    return load_workspace(directory)


def run_demo(workspace: Workspace, *, say: Say, port: int, gpu_id: int = -1) -> DemoResult:
    """Push, correct, pull, retrain, compare, and predict the open tasks anew."""
    server = embedded_server(workspace)
    say("starting Label Studio", None)
    server.start(port=port)
    login = server.credentials()
    if login is None:  # start() has just written them
        raise UsageError(f"{server.credentials_file} is missing")
    with open_site(workspace) as site:
        return _run(site, login, say, gpu_id)


def _run(site: Site, login: Credentials, say: Say, gpu_id: int) -> DemoResult:
    client = site.client
    gold = {line.article.article_id: line for line in sample_articles()}
    articles = [line.article for line in gold.values()]
    push_plan = plan_push(site, articles, site.models.in_use())
    say("pre-labelling and pushing", len(push_plan.to_send))
    pushed = apply_push(site, push_plan, articles, on_pushed=lambda n: _parts(say, n))
    trainable = [key[0] for key, placed in push_plan.to_send.items() if not placed.blind]
    leave_open = trainable[-OPEN_TASKS:]
    say("simulated annotator", len(gold) - len(leave_open))
    corrections = annotate_from_gold(
        client,
        pushed.project_id,
        site.scheme,
        gold,
        leave_open=leave_open,
        on_task=lambda: _parts(say, 1),
    )
    say("pulling", None)
    pulled = apply_pull(site, plan_pull(site))
    retrained = apply_retrain(
        site,
        plan_retrain(site, articles=articles, gpu_id=gpu_id),
        on_phase=lambda name, steps: say(f"training: {name}", steps),
        on_step=lambda _: _parts(say, 1),
    )
    say("predicting the open tasks anew", None)
    # The candidate's predictions stand beside the old ones; they are shown if it was promoted.
    refreshed = refresh_predictions(
        site, plan_pull(site).project, retrained.model, switch=retrained.promoted
    )
    return DemoResult(
        workspace=site.workspace,
        url=client.project_url(pushed.project_id),
        login=login,
        pushed=pushed,
        corrections=corrections,
        pulled=pulled,
        retrained=retrained,
        refreshed=refreshed,
    )


def _parts(say: Say, count: int) -> None:
    for _ in range(count):
        say("", None)
