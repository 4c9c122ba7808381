"""Sync: pull what people did, push what is new, refresh predictions on what nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from annotate.errors import PrelabellerError, PullStoppedError
from annotate.records import Article
from annotate.workflow.mirror.project import find_project, require_project
from annotate.workflow.mirror.reading import OnTask
from annotate.workflow.mirror.sending import OnWait
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.given import Given, GivenVersion, Predicts
from annotate.workflow.sync.pull import PullPlan, PullResult, apply_pull, plan_pull
from annotate.workflow.sync.push import apply_push, plan_push
from annotate.workflow.sync.push_plan import PushPlan, PushResult
from annotate.workflow.sync.refresh import (
    RefreshResult,
    count_to_refresh,
    refresh_predictions,
    shows_anew,
    taken,
)
from annotate.workflow.sync.sharing import count_to_share, share_tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync would do; `pull` is `None` before the first push."""

    push: PushPlan
    pull: PullPlan | None
    lacking: int
    """Open tasks, not blind, that would get predictions of the model in use.

    Those that another workspace has given them are among them until the sync looks: no stamp tells.
    Of several files of predictions each counts for itself.
    """
    doubtful: int
    """Open tasks to which they were sent without an answer: they are left alone for now."""
    switch: bool
    """Whether annotators would see another model version than they do."""
    share: int
    """Tasks that several people would get from then on."""
    given: Given | None = None
    """Files of predictions, which stand where the model in use would predict."""
    force: bool = False
    """Whether annotators are shown the model's version where some open tasks lack it, too."""

    @property
    def stop(self) -> PullStoppedError | None:
        """Why the sync would stop at the pull, before anything is written."""
        return self.pull.stop if self.pull else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync did."""

    pull: PullResult | None
    push: PushResult
    refresh: RefreshResult | None
    shared: int = 0
    """Tasks that several people will get from now on."""
    others: tuple[RefreshResult, ...] = ()
    """Of files of predictions, those that annotators do not see."""


def plan_sync(
    site: Site,
    articles: Iterable[Article],
    model: Predicts,
    *,
    given: Given | None = None,
    full: bool = False,
    accept_removals: bool = False,
    same_text: tuple[tuple[str, str], ...] = (),
    again: bool = False,
    force: bool = False,
    on_task: OnTask | None = None,
) -> SyncPlan:
    """Look at workspace and server; nothing is written to the server, and no version.

    `given` are files of predictions, of which `model` is the one to show; `force` shows it even
    where some open tasks get no prediction of it, on which annotators then see nothing. Raises what
    stops a sync before it writes; what stops it at the pull stands in the plan.
    """
    pull = None
    if find_project(site) is not None:
        pull = plan_pull(site, full=full, accept_removals=accept_removals, on_task=on_task)
    push = plan_push(site, articles, model, same_text=same_text, read=False, again=again)
    versions = given.versions if given else (model,)
    counted = [count_to_refresh(site, version) if pull else (0, 0) for version in versions]
    lacking, doubtful = (sum(each) for each in zip(*counted, strict=True))
    shown = pull.project.model_version if pull else None
    switch = pull is not None and model.predicts and shows_anew(site.mirror, shown, model.version)
    if given is None:
        switch = switch and (force or not doubtful)
    elif switch:
        switch = given.named or (not doubtful and covers(site, given.shown, push))
    return SyncPlan(
        push=push,
        pull=pull,
        lacking=lacking,
        doubtful=doubtful,
        switch=switch,
        share=count_to_share(site, push),
        given=given,
        force=force or (given is not None and given.named),
    )


def covers(site: Site, version: GivenVersion, push: PushPlan) -> bool:
    """Return whether every task that stands open, or is pushed, has predictions of a version."""
    bare = (key for key, placed in push.to_send.items() if not placed.blind)
    if any(key not in version.places for key in bare):
        return False
    pages = site.mirror.tasks.lacking(version.version, without=())
    return all(len(taken(site.mirror, ids, version)) == len(ids) for ids in pages)


def pull_first(site: Site, plan: SyncPlan) -> PullResult | None:
    """Bring home what people did, before a language model is asked; `None` before the first push.

    Raises `PullStoppedError` where more would go than a slip explains.
    """
    return None if plan.pull is None else apply_pull(site, plan.pull)


@contextmanager
def saying_pulled(pulled: PullResult | None) -> Iterator[None]:
    """Say what was pulled in the error of a language model that is asked after the pull."""
    try:
        yield
    except PrelabellerError as error:
        if pulled is None:
            raise
        what = "nothing new" if pulled.version is None else f"version {pulled.version.name}"
        raise PrelabellerError(
            f"{error.message}; what people did was pulled before ({what})", hint=error.hint
        ) from error


def apply_sync(
    site: Site,
    articles: Iterable[Article],
    plan: SyncPlan,
    *,
    pulled: PullResult | None = None,
    on_pushed: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
    on_refreshed: Callable[[int], None] | None = None,
) -> SyncResult:
    """Carry the plan out: first what people did comes home, then anything else.

    `pulled` is what `pull_first` gave, where that was done already.
    """
    pulled = pulled or pull_first(site, plan)
    pushed = apply_push(site, plan.push, articles, on_pushed=on_pushed, on_wait=on_wait)
    refreshed = None
    others: list[RefreshResult] = []
    if plan.given is not None:
        others = [
            refresh_predictions(
                site, require_project(site), version, switch=False, on_refreshed=on_refreshed
            )
            for version in plan.given.others
        ]
    if plan.pull is not None:
        refreshed = refresh_predictions(
            site,
            plan.pull.project,
            plan.push.model,
            force=plan.force,
            on_refreshed=on_refreshed,
        )
    shared = share_tasks(site, pushed.project_id)
    return SyncResult(
        pull=pulled, push=pushed, refresh=refreshed, shared=shared, others=tuple(others)
    )
