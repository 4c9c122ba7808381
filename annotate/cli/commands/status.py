"""`annotate status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, Url
from annotate.cli.output.console import console, counted, show_json

if TYPE_CHECKING:
    from annotate.workflow.sync.status import NextSync, Status


def status(url: Url = None, json_: Json = False) -> None:
    """Tell where the work stands and what a sync would do. Changes nothing.

    Exit code 1 where the server cannot be reached or the newest version is not whole. Example:
    annotate status --json
    """
    from annotate.workflow.sync.status import read_status

    with offline() as context:
        found = read_status(context, url=url)
    if json_:
        show_json(_json(found))
    else:
        _show(found)
    if not found.well:
        raise typer.Exit(1)


def _json(found: Status) -> dict[str, Any]:
    value = asdict(found)
    value["next"]["stale"] = value["next"].pop("lacking")  # scripts know it by this name
    return value


def _show(found: Status) -> None:
    work = found.work
    lines = (
        ("articles in the workspace", found.articles),
        ("left out", f"{len(found.left_out)} (annotate sync says why)" if found.left_out else 0),
        ("pushed", f"{work.pushed} ({work.blind} blind)"),
        ("pre-labelled by", counted(work.by_model)),
        ("annotators see", found.shown or "nothing yet"),
        ("model in use", found.model),
        ("done", work.done),
        ("skipped", work.skipped),
        ("in work (drafts)", work.in_work),
        ("open", work.open),
        ("tasks of others", work.foreign),
        ("server", found.server),
        ("export versions", f"{found.versions}, newest {found.latest or '–'}: {found.exports}"),
        ("free disk", f"{found.disk_free / 1e9:.1f} GB"),
    )
    for name, value in lines:
        console().print(f"{name:<26}{value}")
    console().print(f"annotate sync would: {_upcoming(found.next)}")


def _upcoming(upcoming: NextSync) -> str:
    parts = [
        f"{text} {count} {what}"
        for text, count, what in (
            ("read", upcoming.changed, "tasks that changed"),
            ("look for", upcoming.vanished, "tasks that vanished"),
            ("write", upcoming.pending, "articles that were read into a version"),
            ("push", upcoming.new, "new articles"),
            ("push", upcoming.revisions, "changed texts as revisions"),
            ("look for", upcoming.unanswered, "articles that were sent without an answer"),
            ("refresh", upcoming.lacking, "open tasks with predictions of the model in use"),
        )
        if count > 0
    ]
    if upcoming.moved:
        parts.append(f"tell of {upcoming.moved} texts that the server has under another id")
    if upcoming.switch:
        parts.append("show annotators the predictions of the model in use")
    return ", ".join(parts) or "find nothing to do"
