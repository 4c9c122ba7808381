"""Who annotates: people, their pseudonyms, and how much each of them did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urljoin

from annotate.exports.lines import ExportedArticle
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore
from annotate.labels import LabelScheme
from annotate.quality.agreement import Agreement, SharedArticle, agreement, shared_article
from annotate.studio.client import StudioClient
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.sync.pull import require_project
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """A user of the server, and what they did in this project."""

    email: str
    pseudonym: str
    """Under which they stand in the exports."""
    annotations: int
    skips: int
    lead_time: float | None
    """Median seconds an article; `None` where the server knows none."""
    last_active: str | None
    """When the server last heard of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """Agreement on blind work and on work in which anybody saw a machine's marks."""

    export: str
    blind: Agreement
    corrected: Agreement


@dataclass(slots=True)
class _Tally:
    annotations: int = 0
    skips: int = 0
    times: list[float] = field(default_factory=list)


def list_annotators(
    workspace: Workspace,
    client: StudioClient,
    *,
    on_task: Callable[[int, int], None] | None = None,
) -> list[Annotator]:
    """Return every user of the server, by e-mail; raises `StudioError` without a project."""
    with open_mirror(workspace, client.identity) as mirror:
        project = require_project(workspace, client, mirror)
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    worked = [stamp.task_id for stamp in client.stamps(project.project_id) if stamp.worked_on]
    for number, task in enumerate(client.tasks_by_id(project.project_id, worked), start=1):
        for work in task.get("annotations") or []:
            _count(tallies[_user(work)], work)
        if on_task is not None:
            on_task(number, len(worked))
    key = load_or_create_key(workspace.state / "pseudonym.key")
    active = client.last_active()
    return [
        Annotator(
            email=email,
            pseudonym=pseudonym(email, key=key),
            annotations=tallies[user].annotations,
            skips=tallies[user].skips,
            lead_time=median(tallies[user].times) if tallies[user].times else None,
            last_active=active.get(user),
        )
        for user, email in sorted(client.users().items(), key=lambda item: item[1])
    ]


def invite_link(client: StudioClient) -> str:
    """Return the address where a new annotator makes an account of their own."""
    answer = client.request("GET", "api/invite")
    return urljoin(f"{client.url}/", str(answer["invite_url"]))


def report_agreement(
    workspace: Workspace, scheme: LabelScheme, *, export: str | None = None
) -> AgreementReport:
    """Return how far people agree in an export version, blind work apart from the rest.

    A reviewer's decisions do not count. Raises `UnknownExportError`.
    """
    store = ExportStore(workspace.exports)
    version = store.find(export)
    shared = [found for line in store.load(version).values() if (found := _shared(line))]
    blind, seen = ([a for a in shared if a.blind is kind] for kind in (True, False))
    return AgreementReport(
        export=version.name,
        blind=agreement(blind, scheme.span_labels),
        corrected=agreement(seen, scheme.span_labels),
    )


def _shared(line: ExportedArticle) -> SharedArticle | None:
    people = (a for a in line.annotations if not a.ground_truth)
    return shared_article(line.article.article_id, line.article.text, people, blind=line.blind)


def _count(tally: _Tally, work: dict[str, Any]) -> None:
    if work.get("was_cancelled"):
        tally.skips += 1
        return
    tally.annotations += 1
    if work.get("lead_time") is not None:
        tally.times.append(float(work["lead_time"]))


def _user(work: dict[str, Any]) -> int:
    by = work.get("completed_by")
    return int(by["id"] if isinstance(by, dict) else by or 0)
