"""`annotate push`, `pull` and `sync`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotate.cli.context import offline, online
from annotate.cli.options import (
    AcceptRemovals,
    Again,
    DryRun,
    Encoding,
    Full,
    Heal,
    Json,
    MaxRequests,
    ModelName,
    Paths,
    PredictionFiles,
    ShowVersion,
    Url,
    Yes,
)
from annotate.cli.output.articles import articles_json, end_with_left_out, show_left_out
from annotate.cli.output.asking import (
    ask_first,
    asked_json,
    asking_json,
    check_limit,
    end_with_failed,
    plan_asking,
    show_asking,
)
from annotate.cli.output.console import notes, progress, show_json
from annotate.cli.output.given import given_json, show_afterwards, show_given, show_sent
from annotate.cli.output.pull import (
    end_with_damage,
    end_with_stop,
    pull_json,
    show_pull,
    show_pull_plan,
)
from annotate.cli.output.sync import (
    Waiting,
    push_json,
    show_push,
    show_push_plan,
    show_sync,
    show_sync_plan,
    sync_json,
)
from annotate.errors import UsageError

if TYPE_CHECKING:
    from annotate.workflow.mirror.site import Site
    from annotate.workflow.sync.given import Given, Predicts
    from annotate.workflow.sync.push_plan import PushPlan


def push(
    paths: Paths = None,
    url: Url = None,
    model: ModelName = None,
    predictions: PredictionFiles = None,
    show: ShowVersion = None,
    encoding: Encoding = None,
    again: Again = False,
    max_requests: MaxRequests = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Push articles that Label Studio does not have yet, pre-labelled unless blind.

    Example: annotate push articles/*.txt --dry-run
    """
    from annotate.workflow.sync.asking import to_predict
    from annotate.workflow.sync.given_plan import given_of, report_given
    from annotate.workflow.sync.given_push import push_others
    from annotate.workflow.sync.push import apply_push, plan_push

    with offline() as context:  # what is wrong with the articles is said before anything is asked
        read = context.articles(paths, encoding=encoding)
        given = given_of(context, predictions, show=show, model=model)
    show_left_out(read)
    with online(url, writes=not dry_run) as site:
        plan = plan_push(
            site,
            read.articles,
            _chosen(site, given, model, max_requests),
            same_text=read.same_text,
            again=again,
        )
        _say_size(plan, yes=yes or dry_run)
        reports = report_given(site, given, plan, read.hashes, refresh=False) if given else []
        wanted = partial(to_predict, site, plan, read.articles, refresh=False)
        asks = plan_asking(site, plan.model, wanted())
        if not json_:
            show_given(reports)
            show_asking(asks)
        if dry_run:
            more = {**given_json(reports), **articles_json(read), **asking_json(asks)}
            show_push_plan(plan, more, json_=json_)
            end_with_left_out(read)
            return
        ask_first(site, asks, wanted())
        with progress("pushing", len(plan.to_send)) as advance:
            result = apply_push(site, plan, read.articles, on_pushed=advance, on_wait=Waiting())
        sent = push_others(site, given, plan) if given and given.others else ()
        where = site.client.project_url(result.project_id)
        in_use = site.models.in_use().version if given else None
    if json_:
        told = {**given_json(reports, sent), **articles_json(read), **asked_json(site)}
        show_json({**push_json(plan, result), **told})
    else:
        show_push(plan, result, where=where)
        show_sent(sent)
        if in_use is not None:
            show_afterwards(in_use)
    if result.hidden and not json_:
        notes().print(
            f"annotators see predictions of {result.shown}; those of {result.model_version} "
            f"show after: annotate sync{' with the same --predictions' if given else ''}"
        )
    end_with_failed(site)
    end_with_left_out(read)


def pull(
    url: Url = None,
    full: Full = False,
    accept_removals: AcceptRemovals = False,
    heal: Heal = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull what people did; a new export version is written if something changed.

    Only what changed since the last pull is read. Example: annotate pull
    """
    from annotate.workflow.sync.pull import apply_pull, plan_pull

    with online(url, writes=not dry_run) as site:
        with progress("reading tasks") as advance:
            plan = plan_pull(
                site,
                full=full,
                accept_removals=accept_removals,
                heal=heal,
                on_task=lambda read, total: advance(completed=read, total=total),
            )
        if dry_run:
            show_pull_plan(plan, json_=json_)
            end_with_stop(plan)
            end_with_damage(plan)
            return
        result = apply_pull(site, plan)
    if json_:
        show_json(pull_json(result))
    else:
        show_pull(result)
    end_with_damage(plan)


def sync(
    paths: Paths = None,
    url: Url = None,
    predictions: PredictionFiles = None,
    show: ShowVersion = None,
    encoding: Encoding = None,
    full: Full = False,
    accept_removals: AcceptRemovals = False,
    again: Again = False,
    max_requests: MaxRequests = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull, push what is new, and refresh predictions on tasks that nobody has touched.

    Example: annotate sync
    """
    from annotate.workflow.sync.asking import to_predict
    from annotate.workflow.sync.given_plan import given_of, report_given
    from annotate.workflow.sync.sync import apply_sync, plan_sync, pull_first, saying_pulled

    with offline() as context:
        read = context.articles(paths, encoding=encoding)
        given = given_of(context, predictions, show=show if predictions else None)
    show_left_out(read)
    with online(url, writes=not dry_run) as site:
        chosen = _chosen(site, given, None, max_requests)
        _check_show(None if given else show, chosen)
        with progress("comparing") as advance:
            plan = plan_sync(
                site,
                read.articles,
                chosen,
                given=given,
                full=full,
                accept_removals=accept_removals,
                same_text=read.same_text,
                again=again,
                force=show is not None,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        _say_size(plan.push, yes=yes or dry_run)
        reports = report_given(site, given, plan.push, read.hashes, refresh=True) if given else []
        wanted = partial(to_predict, site, plan.push, read.articles, refresh=True)
        asks = plan_asking(site, plan.push.model, wanted())
        if not json_:
            show_given(reports)
            show_asking(asks)
        if dry_run:
            more = {**given_json(reports), **articles_json(read), **asking_json(asks)}
            show_sync_plan(plan, more, json_=json_)
            end_with_stop(plan.pull)
            end_with_left_out(read)
            return
        pulled = pull_first(site, plan)
        with saying_pulled(pulled):
            ask_first(site, asks, wanted())
            with progress("pushing", len(plan.push.to_send) + plan.lacking) as advance:
                result = apply_sync(
                    site,
                    read.articles,
                    plan,
                    pulled=pulled,
                    on_pushed=advance,
                    on_wait=Waiting(),
                    on_refreshed=advance,
                )
        where = site.client.project_url(result.push.project_id)
        in_use = site.models.in_use().version if given else None
    if json_:
        told = {**given_json(reports, result.others), **articles_json(read), **asked_json(site)}
        show_json({**sync_json(plan, result), **told})
    else:
        show_sync(plan, result, where=where)
        show_sent(result.others)
        if in_use is not None:
            show_afterwards(in_use)
    end_with_failed(site)
    end_with_left_out(read)


def _say_size(plan: PushPlan, *, yes: bool) -> None:
    """Warn of a project that grows too large; raises `UsageError` where it has to be allowed."""
    from annotate.workflow.sync.size import check_size

    warning = check_size(plan, yes=yes)
    if warning is not None:
        notes().print(f"Warning: {warning}")


def _chosen(
    site: Site, given: Given | None, wanted: str | None, max_requests: int | None
) -> Predicts:
    """Return what predicts in a run, with the bound on what it may ask."""
    chosen = given.shown if given else site.models.choose(wanted)
    check_limit(chosen, max_requests)
    site.models.limit_requests(max_requests)
    return chosen


def _check_show(wanted: str | None, model: Predicts) -> None:
    """Refuse to show another version than the one that is pushed; raises `UsageError`."""
    if wanted is not None and wanted not in (model.version, getattr(model, "name", "")):
        raise UsageError(
            f"--show {wanted}: the model in use is {model.version}",
            hint="for another model: annotate models use NAME, then annotate sync",
        )
