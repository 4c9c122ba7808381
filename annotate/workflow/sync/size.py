"""How many tasks a project may get before Label Studio is the wrong place for them."""

from __future__ import annotations

from annotate.errors import UsageError
from annotate.workflow.sync.push_plan import PushPlan

MANY_TASKS = 50_000
"""From here on whoever pushes is warned."""

MOST_TASKS = 100_000
"""The most tasks of a project that Label Studio's maintainers name as a limit."""

_HINT = "pre-label them into files, and push the few that people should read: docs/scale.md"


def check_size(plan: PushPlan, *, yes: bool) -> str | None:
    """Return a warning where a push makes a project large; `yes` allows any size.

    Raises `UsageError` above the limit.
    """
    total = plan.present + plan.unanswered + len(plan.to_send)
    if not plan.to_send or total <= MANY_TASKS:
        return None
    if total > MOST_TASKS and not yes:
        raise UsageError(
            f"{plan.title}: would have {total:,} tasks, and Label Studio is made for "
            f"{MOST_TASKS:,} at most",
            hint=f"{_HINT}; or allow it with --yes",
        )
    return f"{plan.title}: gets {total:,} tasks, and above {MANY_TASKS:,} it grows slow. {_HINT}"
