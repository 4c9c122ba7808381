"""Whether workspace, server, exports and model agree on the labels."""

from __future__ import annotations

from annotate.errors import AnnotateError
from annotate.exports.store import ExportStore
from annotate.labels import LabelScheme, parse_label_config
from annotate.studio.client import StudioClient
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import find_project
from annotate.workflow.state.models import choose_model, load_pipeline
from annotate.workspace import Workspace


def check_labels(
    workspace: Workspace, client: StudioClient | None, scheme: LabelScheme
) -> list[str]:
    """Return what does not fit, a sentence each; nothing is changed.

    Without a `client` the server is not asked.
    """
    problems: list[str] = []
    if client is not None:
        with open_mirror(workspace, client.identity, read_only=True) as mirror:
            project = find_project(workspace, client, mirror)
        if project is not None:
            theirs = parse_label_config(project.label_config)
            problems += [f"server: {found}" for found in scheme.differences(theirs)]
            problems += [
                f"workspace: {found}, but the server has it" for found in theirs.differences(scheme)
            ]
            reason = client.refuse_label_config(project.project_id, workspace.label_config())
            if reason is not None:
                problems.append(f"server: with the workspace's config work would be lost: {reason}")
    latest = ExportStore(workspace.exports).latest()
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
    for name, (head, tail) in workspace.settings.links.items():
        problems += [
            f"annotate.yaml: links.{name} names {label!r}, which the config lacks"
            for label in (head, tail)
            if label not in scheme.span_labels
        ]
    try:
        load_pipeline(workspace, choose_model(workspace, None), scheme)
    except AnnotateError as error:
        problems.append(f"model: {error.message}")
    return problems
