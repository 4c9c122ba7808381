"""`annotate status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, Overwrite, Url
from annotate.cli.output.articles import articles_json, show_left_out
from annotate.cli.output.console import console, counted, notes, progress, show_json
from annotate.cli.output.page import Html, require_page, write_page
from annotate.cli.output.versions import show_other_heads

if TYPE_CHECKING:
    from annotate.pages.report.parts import Section
    from annotate.workflow.sync.status import Status
    from annotate.workflow.sync.sync import SyncPlan


def status(
    url: Url = None, html: Html = None, overwrite: Overwrite = False, json_: Json = False
) -> None:
    """Tell where the work stands and what a sync would do. Changes nothing.

    Exit code 1 where a sync would stop or the newest version is not whole. Example:
    annotate status --json
    """
    from annotate.workflow.sync.status import read_status

    with offline() as context:
        require_page(html, context.workspace, overwrite=overwrite)
        with progress("looking") as advance:
            found = read_status(
                context, url=url, on_task=lambda read, total: advance(completed=read, total=total)
            )
        if html is not None:
            title = f"{context.settings.project}: status"
            write_page(html, title, [_section(found)], context.scheme)
    if json_:
        show_json(_json(found))
    else:
        _show(found)
    if not found.well:
        raise typer.Exit(1)


def _json(found: Status) -> dict[str, Any]:
    from annotate.cli.output.sync import sync_plan_json

    return {
        "articles": len(found.read.hashes) if found.read else None,
        **(articles_json(found.read) if found.read else {}),
        "same_text": [list(pair) for pair in found.read.same_text] if found.read else [],
        "model": found.model,
        "asks": found.asks,
        "without_predictions": found.without_predictions,
        "shown": found.shown,
        "server": found.server,
        "reachable": found.reachable,
        "project_id": found.project_id,
        "work": asdict(found.work),
        "as_of": found.as_of or "now",
        "sync": sync_plan_json(found.plan) if found.plan else None,
        "stop": found.stop and {"message": found.stop.message, "next": found.stop.hint},
        "versions": found.versions,
        "latest": found.latest,
        "exports": found.exports,
        "projects_of_the_same_title": list(found.twins),
        "other_heads": list(found.other_heads),
        "other_directories": list(found.beside),
        "disk_free": found.disk_free,
    }


def _section(found: Status) -> Section:
    """Return the status as a section of a page."""
    from annotate.pages.report.parts import Column, Section, Table

    told = [f"annotate sync would: {', '.join(_upcoming(found.plan))}."] if found.plan else []
    if found.stop is not None:
        told = [f"annotate sync would stop: {found.stop.message}", found.stop.hint or ""]
    return Section(
        name="status",
        title="Where the work stands",
        paragraphs=tuple(filter(None, told)),
        tables=(
            Table(
                name="status",
                title="now" if found.as_of is None else f"as of {found.as_of}",
                columns=(Column("what", ""), Column("value", "", "note")),
                rows=tuple((name, str(value)) for name, value in _lines(found)),
            ),
        ),
    )


def _lines(found: Status) -> tuple[tuple[str, Any], ...]:
    work = found.work
    when = "" if found.as_of is None else f", as of the last pull ({found.as_of})"
    return (
        ("articles in the workspace", len(found.read.hashes) if found.read else "unknown"),
        ("pushed", f"{work.pushed} ({work.blind} blind){when}"),
        ("pre-labelled by", counted(work.by_model)),
        ("annotators see", found.shown or ("nothing yet" if found.reachable else "unknown")),
        ("model in use", found.model or "none that can be found"),
        *([("asks", found.asks)] if found.asks else []),
        ("done", work.done),
        ("skipped", work.skipped),
        ("in work (drafts)", work.in_work),
        ("open", work.open),
        ("tasks of others", work.foreign),
        ("server", found.server),
        ("export versions", f"{found.versions}, newest {found.latest or '–'}: {found.exports}"),
        ("free disk", f"{found.disk_free / 1e9:.1f} GB"),
    )


def _show(found: Status) -> None:
    for name, value in _lines(found):
        console().print(f"{name:<26}{value}")
    if found.without_predictions is not None:
        notes().print(found.without_predictions)
    if found.read is not None:
        show_left_out(found.read)
    for project_id in found.twins:
        notes().print(
            f"project {project_id} on the server has the same title as this workspace's project "
            f"{found.project_id}: what is done there is not pulled"
        )
    show_other_heads(found.other_heads)
    for name in found.beside:
        notes().print(f"exports of another project lie beside this one's: {name}")
    if found.stop is None and not found.well:
        from annotate.exports.store import MENDING

        console().print(f"Next: {MENDING}")
    if found.stop is not None:
        console().print(f"annotate sync would stop: {found.stop.message}")
        if found.stop.hint:
            console().print(f"Next: {found.stop.hint}")
    elif found.plan is not None:
        console().print(f"annotate sync would: {', '.join(_upcoming(found.plan))}")


def _upcoming(plan: SyncPlan) -> list[str]:
    pull, push = plan.pull, plan.push
    new = len(push.to_send) - len(push.revisions)
    counts = (
        ("write", pull.changed if pull else 0, "changed articles into a version"),
        ("look for", push.unanswered, "articles that were sent without an answer"),
        ("push", new, "new articles"),
        ("push", len(push.revisions), "changed texts as revisions"),
        ("refresh", plan.lacking, "open tasks with predictions of the model in use"),
        ("wait for", plan.doubtful, "open tasks to which predictions were sent without an answer"),
        ("give", plan.share, "tasks to several people"),
        ("tell of", len(push.moved), "texts that the server has under another id"),
        ("tell of", len(push.same_text), "articles with the text of another one"),
        ("tell of", len(pull.unreadable) if pull else 0, "tasks that cannot be read"),
    )
    parts = [] if push.project else [f"create the project {push.title!r}"]
    parts += [f"{verb} {count} {what}" for verb, count, what in counts if count]
    if plan.switch:
        parts.append("show annotators the predictions of the model in use")
    return parts or ["find nothing to do"]
