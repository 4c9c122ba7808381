"""What `annotate serve` shows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, notes, show_json

if TYPE_CHECKING:
    from annotate.workflow.serving.backend import Serving
    from annotate.workflow.serving.registration import ConnectPlan, ConnectResult
    from annotate.workspace import Workspace


def show_connect_plan(plan: ConnectPlan, *, json_: bool) -> None:
    """Print what a registration would do."""
    if json_:
        show_json(_plan_json(plan))
        return
    what = f"update backend {plan.known.backend_id}," if plan.known else "register"
    console().print(f"would {what} {plan.url} with project {plan.project.project_id}")
    _warn_of_first(plan)


def show_ready(
    workspace: Workspace, serving: Serving, result: ConnectResult | None, *, json_: bool
) -> None:
    """Print, at once, where the backend answers and whether Label Studio knows it."""
    from annotate.studio.backend import USERNAME
    from annotate.workflow.serving.backend import PASSWORD_VARIABLE, password_file

    if json_:
        show_json(
            {
                "url": serving.url,
                "model_version": serving.model_version,
                "predicts": serving.predicts,
                "connected": None if result is None else _result_json(result),
            }
        )
        sys.stdout.flush()
        return
    out = console()
    if serving.predicts:
        out.print(f"{serving.model_version} predicts at {serving.url}")
    else:
        out.print(f"no model is in use: tasks get no predictions from {serving.url} until one is")
    if result is not None:
        project = result.plan.project
        what = "updated" if result.plan.known else "registered"
        out.print(f"{what} as backend {result.backend_id} of project {project.project_id}")
        _warn_of_first(result.plan)
    else:
        where = password_file(workspace)
        out.print(f"user {USERNAME}, password in {where} or {PASSWORD_VARIABLE}")
    sys.stdout.flush()


def _warn_of_first(plan: ConnectPlan) -> None:
    if plan.first is not None:
        notes().print(
            f"the project has an earlier backend, {plan.first.title} at {plan.first.url}: Label "
            "Studio asks that one alone; remove it under Settings > Model"
        )


def _plan_json(plan: ConnectPlan) -> dict[str, Any]:
    return {
        "project_id": plan.project.project_id,
        "url": plan.url,
        "updates": plan.known.backend_id if plan.known else None,
        "earlier_backend": plan.first.url if plan.first else None,
    }


def _result_json(result: ConnectResult) -> dict[str, Any]:
    return {
        **_plan_json(result.plan),
        "backend_id": result.backend_id,
        "webhook": result.webhook,
    }
