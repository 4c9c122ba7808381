"""Renaming a label everywhere: server, export versions, workspace, predictions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from annotate.errors import SchemeMismatchError, UsageError
from annotate.exports.lines import ExportedArticle
from annotate.exports.store import ExportStore, Version
from annotate.files import write_atomic
from annotate.labels import LabelScheme, parse_label_config
from annotate.studio.client import Project, StudioClient
from annotate.workflow.maintenance.config_edit import (
    rename_in_config,
    rename_in_settings,
    with_both_labels,
)
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import find_project
from annotate.workflow.sync.pull import apply_pull, index_file, plan_pull
from annotate.workspace import CONFIG_NAME, Workspace, load_workspace

_ROUNDS = 5  # of looking for regions that people drew with the old label meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePlan:
    """What a rename would do; nothing has been written yet."""

    old: str
    new: str
    label_config: str
    """The workspace's labelling config with the new name."""
    settings: str
    """annotate.yaml with the new name."""
    project: Project | None
    on_server: int
    """Tasks with regions of the old label, annotated or predicted."""
    in_export: int
    """Article revisions of the latest version with spans of the old label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameResult:
    """What a rename did; `version` is the newest one, that knows the new name alone."""

    tasks: int
    lines: int
    version: Version | None


def plan_rename(
    workspace: Workspace,
    client: StudioClient | None,
    scheme: LabelScheme,
    old: str,
    new: str,
    *,
    on_task: Callable[[int, int], None] | None = None,
) -> RenamePlan:
    """Look where a label stands. Without a `client` there is no server to change.

    Raises `UsageError` for names that make no sense or unsaved drafts, `SchemeMismatchError`
    where the server has neither our config nor the renamed one.
    """
    if old not in scheme.span_labels:
        raise UsageError(
            f"{old!r} is not a label of the config, which has {', '.join(scheme.span_labels)}"
        )
    if new in scheme.span_labels:
        raise UsageError(f"{new!r} is a label already; two labels cannot be made one")
    if not new.strip() or new != new.strip() or len(new) > 100:
        raise UsageError("the new name is empty, too long, or has spaces around it")
    config = rename_in_config(workspace.label_config(), old, new)
    if parse_label_config(config).span_labels != tuple(
        new if label == old else label for label in scheme.span_labels
    ):
        raise UsageError("the labelling config cannot be changed safely; edit it by hand")
    settings = rename_in_settings(
        (workspace.root / CONFIG_NAME).read_text(encoding="utf-8"), old, new
    )
    project = None
    on_server = 0
    if client is not None:
        with open_mirror(workspace, client.identity) as mirror:
            project = find_project(workspace, client, mirror)
        if project is not None:
            _check_server(project, scheme, config)
            if drafts := client.tasks_with_drafts(project.project_id):
                raise UsageError(
                    f"{len(drafts)} tasks have unsaved drafts, which keep the old name",
                    hint="ask the annotators to submit or to discard them",
                )
            for number, task in enumerate(client.tasks(project.project_id), start=1):
                on_server += any(_has(work["result"], scheme, old) for work in _work(task))
                if on_task is not None:
                    on_task(number, project.tasks)
    store = ExportStore(workspace.exports)
    with store.index(store.latest(), index_file(workspace)) as index:
        in_export = sum(_renamed(line, old, new) != line for line in index.lines())
    return RenamePlan(
        old=old,
        new=new,
        label_config=config,
        settings=settings,
        project=project,
        on_server=on_server,
        in_export=in_export,
    )


def apply_rename(
    workspace: Workspace,
    client: StudioClient | None,
    scheme: LabelScheme,
    plan: RenamePlan,
    *,
    on_task: Callable[[int], None] | None = None,
) -> RenameResult:
    """Rename: first all work comes home, then server, export, workspace, and home again.

    Interrupted, the same command goes on from there: every step that is done is passed over.
    """
    tasks = 0
    if client is not None and plan.project is not None:
        theirs = parse_label_config(plan.project.label_config)
        if not scheme.differences(theirs):
            apply_pull(workspace, scheme, plan_pull(workspace, client, scheme))
        tasks = _rename_on_server(workspace, client, scheme, plan, on_task)
    lines = _rename_in_export(workspace, plan)
    write_atomic(workspace.root / workspace.settings.label_config, plan.label_config)
    write_atomic(workspace.root / CONFIG_NAME, plan.settings)
    renamed = load_workspace(workspace.root)
    if client is not None and plan.project is not None:
        new_scheme = renamed.scheme()
        apply_pull(renamed, new_scheme, plan_pull(renamed, client, new_scheme))
    return RenameResult(tasks=tasks, lines=lines, version=ExportStore(workspace.exports).latest())


def _check_server(project: Project, scheme: LabelScheme, renamed: str) -> None:
    theirs = parse_label_config(project.label_config)
    ours = scheme.differences(theirs)
    if ours and parse_label_config(renamed).differences(theirs):
        raise SchemeMismatchError(
            f"project {project.project_id} has another labelling config: {'; '.join(ours)}",
            hint="annotate labels check tells more",
        )


def _rename_on_server(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    plan: RenamePlan,
    on_task: Callable[[int], None] | None,
) -> int:
    project = plan.project
    if project is None:
        return 0
    theirs = parse_label_config(project.label_config)
    if plan.new not in theirs.span_labels:
        both = with_both_labels(workspace.label_config(), plan.old, plan.new)
        client.set_label_config(project.project_id, both)
    changed = 0
    for _ in range(_ROUNDS):
        found = 0
        for task in client.tasks(project.project_id):
            found += _rename_task(client, task, scheme, plan)
            if on_task is not None:
                on_task(1)
        changed += found
        if not found:
            break
    reason = client.refuse_label_config(project.project_id, plan.label_config)
    if reason is not None:
        raise SchemeMismatchError(
            f"the server would lose work under the new config: {reason}",
            hint="people may be working with the old label; run the same command again",
        )
    client.set_label_config(project.project_id, plan.label_config)
    return changed


def _rename_task(
    client: StudioClient, task: Mapping[str, Any], scheme: LabelScheme, plan: RenamePlan
) -> bool:
    changed = False
    for kind, change in (
        ("annotations", client.set_annotation_result),
        ("predictions", client.set_prediction_result),
    ):
        for work in task.get(kind) or []:
            if _has(work["result"], scheme, plan.old):
                change(work["id"], rename_regions(work["result"], scheme, plan.old, plan.new))
                changed = True
    return changed


def rename_regions(
    result: Sequence[Mapping[str, Any]], scheme: LabelScheme, old: str, new: str
) -> list[dict[str, Any]]:
    """Return a result in which the label of the scheme's control is renamed, and nothing else."""
    renamed: list[dict[str, Any]] = []
    for item in result:
        copy = dict(item)
        if _is_region(item, scheme) and old in item["value"].get("labels", ()):
            labels = [new if label == old else label for label in item["value"]["labels"]]
            copy["value"] = {**item["value"], "labels": labels}
        renamed.append(copy)
    return renamed


def _rename_in_export(workspace: Workspace, plan: RenamePlan) -> int:
    store = ExportStore(workspace.exports)
    latest = store.latest()
    if latest is None:
        return 0
    with store.index(latest, index_file(workspace)) as index:
        changed = sum(_renamed(line, plan.old, plan.new) != line for line in index.lines())
    if not changed:
        return 0
    with store.index(latest, None) as index:
        lines = (
            renamed
            for line in index.lines()
            if (renamed := _renamed(line, plan.old, plan.new)) != line
        )
        store.add(
            lines,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            scheme=parse_label_config(plan.label_config).fingerprint(),
            label_config_sha256=hashlib.sha256(plan.label_config.encode()).hexdigest(),
            watermark=latest.watermark,
            project={**latest.project, "renamed": {plan.old: plan.new}},
            cache=index_file(workspace),
        )
    return changed


def _renamed(line: ExportedArticle, old: str, new: str) -> ExportedArticle:
    annotations = tuple(
        replace(
            annotation,
            spans=tuple(
                replace(span, label=new) if span.label == old else span for span in annotation.spans
            ),
            labels=tuple(new if label == old else label for label in annotation.labels),
        )
        for annotation in line.annotations
    )
    return replace(line, annotations=annotations)


def _work(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(task.get("annotations") or []), *(task.get("predictions") or [])]


def _has(result: Sequence[Mapping[str, Any]], scheme: LabelScheme, label: str) -> bool:
    return any(
        _is_region(item, scheme) and label in item["value"].get("labels", ()) for item in result
    )


def _is_region(item: Mapping[str, Any], scheme: LabelScheme) -> bool:
    return (
        item.get("type") == "labels"
        and item.get("from_name") == scheme.from_name
        and isinstance(item.get("value"), Mapping)
    )
