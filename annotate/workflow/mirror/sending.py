"""Sending what must not be sent twice: written down before, struck when its fate is known.

A batch without an answer may have arrived, or may still: an import that the client had given up was
seen to be committed after more than six minutes. It is looked for on the server, whose clock
counts, until it can no longer appear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from annotate.errors import StudioNotSentError, StudioRefusedError
from annotate.records import ArticleKey
from annotate.studio.client import Project
from annotate.workflow.mirror.journal import BatchKind
from annotate.workflow.mirror.reading import read_server
from annotate.workflow.mirror.site import Site

_POLL_SECONDS = 2.0

OnWait = Callable[[float], None]
"""Called with the seconds for which a batch without an answer is still waited for."""

_Answer = TypeVar("_Answer")


def send(
    site: Site,
    kind: BatchKind,
    request: Callable[[], _Answer],
    *,
    keys: Iterable[ArticleKey] = (),
    task_ids: Iterable[int] = (),
    record: Callable[[_Answer], None] = lambda _: None,
) -> _Answer:
    """Run a request that adds something to the server, with a batch in the journal around it.

    `record` takes the answer into the mirror, in one transaction with the batch's end. A batch that
    the server refused, or that was never sent, is struck; after any other error it stays, since
    nobody knows whether it arrived. Raises what `request` raises.
    """
    journal = site.mirror.journal
    batch = journal.open(kind, site.client.clock, keys=keys, task_ids=task_ids)
    try:
        answer = request()
    except (StudioRefusedError, StudioNotSentError):
        journal.close(batch)
        raise
    with site.mirror.transaction():
        record(answer)
        journal.close(batch)
    return answer


def commit_wait(site: Site) -> timedelta:
    """Return for how long a server may still commit what it did not answer."""
    return timedelta(seconds=site.settings.studio.commit_wait)


def settle(site: Site) -> float:
    """Strike imports that arrived or cannot arrive any more; return the seconds left for the rest.

    What arrived is known from the last reading.
    """
    left = 0.0
    for batch in site.mirror.journal.batches("tasks"):
        age = site.client.clock - batch.sent_at
        arrived = all(site.mirror.tasks.of(key) for key in batch.keys)
        if age < commit_wait(site) and not arrived:
            left = max(left, (commit_wait(site) - age).total_seconds())
        else:
            with site.mirror.transaction():
                site.mirror.journal.close(batch.number)
    return left


def wait_for(
    site: Site, project: Project, doubtful: set[ArticleKey], on_wait: OnWait | None
) -> set[ArticleKey]:
    """Look for what was sent without an answer until it cannot appear any more.

    Returns what never came.
    """
    while True:
        read_server(site, project)
        left = settle(site)
        if not site.mirror.journal.unanswered_articles() & doubtful:
            return {key for key in doubtful if not site.mirror.tasks.of(key)}
        if on_wait is not None:
            on_wait(left)
        site.client.wait(min(_POLL_SECONDS, left))
