"""After a push of several files of predictions: those that are not shown, on the tasks it made."""

from __future__ import annotations

from collections.abc import Callable

from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.given import Given
from annotate.workflow.sync.push_plan import PushPlan
from annotate.workflow.sync.refresh import RefreshResult, refresh_predictions


def push_others(
    site: Site,
    given: Given,
    plan: PushPlan,
    *,
    on_refreshed: Callable[[int], None] | None = None,
) -> tuple[RefreshResult, ...]:
    """Add the predictions that annotators do not see to the tasks that the plan's push has made.

    What an interruption leaves out, a sync with the same files brings.
    """
    project = require_project(site)
    return tuple(
        refresh_predictions(
            site,
            project,
            version.limited_to(plan.to_send.keys()),
            switch=False,
            on_refreshed=on_refreshed,
        )
        for version in given.others
    )
