"""Who annotates: people, their pseudonyms, and how much each of them did."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from annotate.studio.project_tasks import Work
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import OnTask
from annotate.workflow.mirror.site import Site


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


@dataclass(slots=True)
class _Tally:
    annotations: int = 0
    skips: int = 0
    times: list[float] = field(default_factory=list)

    def add(self, work: Work) -> None:
        if work.skipped:
            self.skips += 1
            return
        self.annotations += 1
        if work.seconds is not None:
            self.times.append(work.seconds)


def list_annotators(site: Site, *, on_task: OnTask | None = None) -> list[Annotator]:
    """Return every user of the server, by e-mail; raises `StudioError` without a project."""
    project_id = require_project(site).project_id
    client = site.client
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    worked = [stamp.task_id for stamp in client.stamps(project_id) if stamp.worked_on]
    for number, done in enumerate(site.tasks(project_id).work(worked), start=1):
        for work in done:
            tallies[work.user].add(work)
        if on_task is not None:
            on_task(number, len(worked))
    active = client.last_active()
    return [
        Annotator(
            email=email,
            pseudonym=site.people.pseudonym(email),
            annotations=tallies[user].annotations,
            skips=tallies[user].skips,
            lead_time=median(tallies[user].times) if tallies[user].times else None,
            last_active=active.get(user),
        )
        for user, email in sorted(client.users().items(), key=lambda item: item[1])
    ]
