"""What push and sync show of files of predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, counted, many, named, notes

if TYPE_CHECKING:
    from annotate.workflow.sync.given_plan import GivenReport
    from annotate.workflow.sync.refresh import RefreshResult


def given_json(
    reports: Sequence[GivenReport], sent: Iterable[RefreshResult] = ()
) -> dict[str, Any]:
    """Return as JSON what the files hold, and which of those not shown were added to tasks."""
    if not reports:
        return {}
    added = {result.model_version: result.refreshed for result in sent}
    return {
        "predictions": [
            {**report.to_json(), "added": added.get(report.version)} for report in reports
        ]
    }


def show_given(reports: Sequence[GivenReport]) -> None:
    """Print what each file holds and gets, with the articles of which something is to be told."""
    for report in reports:
        shown = "to be shown" if report.shown else "sent, not shown"
        console().print(
            f"{report.version} ({shown}): {many(report.lines, 'line')} with "
            f"{many(report.spans, 'span')}; {many(report.fresh, 'new article')}, "
            f"{many(report.open, 'open task')}"
        )
        if report.unfit:
            notes().print(
                f"{report.version}: the labelling config has no place for: "
                f"{counted(dict(report.unfit))}"
            )
        for what, names in report.warnings():
            notes().print(f"{report.version}: {many(len(names), 'article')} {what}: {named(names)}")


def show_sent(sent: Iterable[RefreshResult]) -> None:
    """Print which predictions were added that nobody is shown."""
    for result in sent:
        console().print(
            f"added predictions of {result.model_version} to {many(result.refreshed, 'task')}; "
            "annotators do not see them"
        )


def show_afterwards(model_in_use: str) -> None:
    """Print what to do, and not to do, as long as the files' predictions are to be seen."""
    notes().print(
        "annotate pull brings work home; a sync without --predictions shows those of the model in "
        f"use, {model_in_use}"
    )
