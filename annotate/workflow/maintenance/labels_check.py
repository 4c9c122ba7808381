"""Whether workspace, server, exports and model agree on the labels."""

from __future__ import annotations

from annotate.errors import AnnotateError
from annotate.labels import parse_label_config
from annotate.workflow.mirror.project import find_project
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context


def check_labels(context: Context) -> list[str]:
    """Return what does not fit, a sentence each; nothing is changed.

    In a context that is no `Site` the server is not asked.
    """
    scheme = context.scheme
    problems: list[str] = []
    if isinstance(context, Site):
        project = find_project(context)
        if project is not None:
            theirs = parse_label_config(project.label_config)
            problems += [f"server: {found}" for found in scheme.differences(theirs)]
            problems += [
                f"workspace: {found}, but the server has it" for found in theirs.differences(scheme)
            ]
            reason = context.client.refuse_label_config(
                project.project_id, context.workspace.label_config()
            )
            if reason is not None:
                problems.append(f"server: with the workspace's config work would be lost: {reason}")
    latest = context.versions.latest()
    if latest is not None:
        problems += [
            f"exports: version {latest.name} has {count} spans of {label!r}, which the config lacks"
            for label, count in latest.counts["spans"].items()
            if label not in scheme.span_labels
        ]
        problems += [
            f"exports: version {latest.name} has {count} links {label!r}, which the config lacks"
            for label, count in latest.counts["links"].items()
            if label not in scheme.link_labels
        ]
    for name, (head, tail) in context.settings.links.items():
        problems += [
            f"annotate.yaml: links.{name} names {label!r}, which the config lacks"
            for label in (head, tail)
            if label not in scheme.span_labels
        ]
    try:
        context.models.load(context.models.in_use())
    except AnnotateError as error:
        problems.append(f"model: {error.message}")
    return problems
