"""What push and sync show: as text, and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, counted, notes, show_first, show_json
from annotate.cli.output.pull import pull_json, pull_plan_json, show_pull, show_pull_plan

if TYPE_CHECKING:
    from annotate.workflow.sync.push_plan import PushPlan, PushResult
    from annotate.workflow.sync.refresh import RefreshResult
    from annotate.workflow.sync.sync import SyncPlan, SyncResult


def push_json(plan: PushPlan, result: PushResult) -> dict[str, Any]:
    """Return a push as JSON."""
    return {
        "project_id": result.project_id,
        "created_project": result.created_project,
        "pushed": result.pushed,
        "blind": result.blind,
        "found": result.found,
        "without_predictions": result.bare + result.without,
        "revisions": result.revisions,
        "already_there": result.present,
        "same_text": [list(pair) for pair in plan.same_text],
        "moved": [list(pair) for pair in plan.moved],
        "model_version": result.model_version,
        "spans": result.spans,
        "shown": result.shown,
        "left_out": result.left_out,
    }


def push_plan_json(plan: PushPlan) -> dict[str, Any]:
    """Return what a push would do as JSON."""
    return {
        "project_id": plan.project and plan.project.project_id,
        "title": plan.title,
        "new": [key[0] for key, placed in plan.to_send.items() if placed.revises is None],
        "changed": list(plan.revisions),
        "blind": list(plan.blind),
        "already_there": plan.present,
        "without_answer": plan.unanswered,
        "same_text": [list(pair) for pair in plan.same_text],
        "moved": [list(pair) for pair in plan.moved],
        "model_version": plan.model.version,
    }


def refresh_json(result: RefreshResult) -> dict[str, Any]:
    """Return a refresh as JSON."""
    return {
        "model_version": result.model_version,
        "refreshed": result.refreshed,
        "left": result.left,
        "switched": result.switched,
        "before": result.before,
    }


def show_push_plan(plan: PushPlan, articles: Mapping[str, Any], *, json_: bool) -> None:
    """Print what a push would do; `articles` is what was left out of them, as JSON."""
    if json_:
        show_json({"dry_run": True, **push_plan_json(plan), **articles})
        return
    out = console()
    if plan.project is None:
        out.print(f"would create the project {plan.title!r}")
    how = f"pre-labelled by {plan.model.version}" if plan.model.predicts else "without predictions"
    out.print(
        f"would push {len(plan.to_send)} articles ({len(plan.blind)} blind, "
        f"{len(plan.revisions)} as new "
        f"revisions) {how}; {plan.present} are there already"
    )
    _show_no_model(plan)
    _show_same_text(plan)


def show_push(plan: PushPlan, result: PushResult, *, where: str) -> None:
    """Print what a push did; `where` is the project's address."""
    out = console()
    if result.created_project:
        out.print(f"created project {result.project_id}, {plan.title!r}")
    by = f"with {result.spans} spans by {result.model_version}"
    how = by if plan.model.predicts else "without predictions"
    out.print(
        f"pushed {result.pushed} articles ({result.blind} blind) {how}; {result.present} were "
        "there already"
    )
    _show_no_model(plan)
    revised = (
        f"{article_id}: its text has changed; pushed as a new revision, the task with the old text "
        "stays with its work"
        for article_id in plan.revisions
    )
    show_first(revised, on=out)
    if result.found:
        out.print(f"{result.found} articles of imports without an answer were found there")
    if result.bare:
        notes().print(
            f"the server may have dropped the predictions of {result.bare} tasks: annotate sync "
            "looks and adds them"
        )
    if result.left_out and getattr(plan.model, "asks", None) is None:  # what was asked tells it
        notes().print(f"the labelling config has no place for: {counted(result.left_out)}")
    _show_same_text(plan)
    out.print(where)


def _show_no_model(plan: PushPlan) -> None:
    """Tell why tasks come without predictions, where any do."""
    why = plan.model.without_predictions()
    if why is not None and plan.to_send:
        notes().print(why)
    shown = plan.project.model_version if plan.project else None
    if why is not None and shown is not None:
        notes().print(f"no model is in use; what tasks have of {shown} stays: nothing is deleted")


def _show_same_text(plan: PushPlan) -> None:
    for article_id, kept in plan.same_text:
        notes().print(f"{article_id}: the same text as {kept}; pushed once")
    moved = (
        f"{article_id}: the server has this text as {known}: renamed, moved or copied, and not "
        "pushed again"
        for article_id, known in plan.moved
    )
    show_first(moved, on=notes())
    if plan.moved:
        notes().print("to push them under their new names all the same: --again")


def sync_plan_json(plan: SyncPlan) -> dict[str, Any]:
    """Return what a sync would do as JSON."""
    return {
        "pull": pull_plan_json(plan.pull) if plan.pull else None,
        "push": push_plan_json(plan.push),
        "refresh": plan.lacking,
        "refresh_without_answer": plan.doubtful,
        "switch": plan.switch,
        "shared": plan.share,
    }


def show_sync_plan(plan: SyncPlan, articles: Mapping[str, Any], *, json_: bool) -> None:
    """Print what a sync would do; `articles` is what was left out of them, as JSON."""
    if json_:
        show_json({"dry_run": True, **sync_plan_json(plan), **articles})
        return
    if plan.pull is not None:
        show_pull_plan(plan.pull, json_=False)
    show_push_plan(plan.push, articles, json_=False)
    if plan.lacking:
        console().print(
            f"would refresh the predictions of {plan.lacking} tasks that nobody has touched"
        )
    if plan.switch and plan.pull is not None:
        before = plan.pull.project.model_version or "nothing"
        console().print(f"would show annotators {plan.push.model.version} instead of {before}")
    if plan.share:
        console().print(f"would give {plan.share} tasks to several people")


def show_refresh(result: RefreshResult) -> None:
    """Print what was refreshed."""
    if result.refreshed:
        console().print(
            f"refreshed {result.refreshed} untouched tasks with predictions of "
            f"{result.model_version}"
        )
    if result.switched:
        console().print(
            f"annotators see {result.model_version} from now on; before: "
            f"{result.before or 'nothing'}"
        )
    if result.left and result.given:
        seen = f"go on seeing {result.before or 'nothing'}; --show {result.model_version} shows it"
        notes().print(
            f"{result.left} open tasks have no prediction of {result.model_version}: annotators "
            + ("see nothing there" if result.switched else f"{seen} all the same")
        )
    elif result.left and result.switched:
        notes().print(
            f"{result.left} open tasks have no prediction of {result.model_version}: annotators "
            "see nothing there; the next sync tries again"
        )
    elif result.left:
        notes().print(
            f"{result.left} open tasks still have older predictions, which annotators go on "
            f"seeing on all; the next sync tries again, and --show {result.model_version} shows "
            "the new ones all the same"
        )


def sync_json(plan: SyncPlan, result: SyncResult) -> dict[str, Any]:
    """Return a sync as JSON."""
    return {
        "pull": pull_json(result.pull) if result.pull else None,
        "push": push_json(plan.push, result.push),
        "refresh": refresh_json(result.refresh) if result.refresh else None,
        "shared": result.shared,
    }


def show_sync(plan: SyncPlan, result: SyncResult, *, where: str) -> None:
    """Print what a sync did; `where` is the project's address."""
    if result.pull is not None:
        show_pull(result.pull)
    show_push(plan.push, result.push, where=where)
    if result.refresh is not None:
        show_refresh(result.refresh)
    if result.shared:
        notes().print(f"{result.shared} tasks are for several people from now on")


class Waiting:
    """Tells once that an import without an answer is waited for."""

    def __init__(self) -> None:
        self._told = False

    def __call__(self, seconds: float) -> None:
        """Take the seconds that are left."""
        if not self._told:
            self._told = True
            notes().print(
                "an import had no answer: looking for its articles for up to "
                f"{seconds:.0f} s before they are sent again (studio.commit_wait); "
                "interrupting is safe. On SQLite people at work hold imports back, on PostgreSQL "
                "not (docs/safety.md)"
            )
