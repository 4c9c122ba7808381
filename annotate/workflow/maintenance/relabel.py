"""Renaming a label everywhere: server, export versions, workspace, predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from annotate.errors import SchemeMismatchError, UsageError
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.files import write_atomic
from annotate.labels import LabelScheme, parse_label_config
from annotate.studio.client import Project
from annotate.studio.relabelling import rename_label, tasks_with_label
from annotate.studio.review_config import review_config, review_names
from annotate.workflow.maintenance.config_edit import (
    rename_in_config,
    rename_in_settings,
    with_both_labels,
)
from annotate.workflow.mirror.project import find_project, find_review
from annotate.workflow.mirror.reading import OnTask
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context
from annotate.workflow.sync.pull import apply_pull, plan_pull
from annotate.workspace import CONFIG_NAME

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
    review: Project | None
    """The project in which reviewers decide, where there is one: the label is renamed there too."""
    in_review: int
    """Its tasks with regions of the old label."""
    in_export: int
    """Article revisions of the latest version with spans of the old label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameResult:
    """What a rename did; `version` is the newest one, that knows the new name alone."""

    tasks: int
    lines: int
    version: Version | None


def plan_rename(
    context: Context, old: str, new: str, *, on_task: OnTask | None = None
) -> RenamePlan:
    """Look where a label stands. A context that is no `Site` has no server to change.

    Raises `UsageError` for names that make no sense or unsaved drafts, `SchemeMismatchError`
    where the server has neither our config nor the renamed one.
    """
    scheme = context.scheme
    if old not in scheme.span_labels:
        raise UsageError(
            f"{old!r} is not a label of the config, which has {', '.join(scheme.span_labels)}"
        )
    if new in scheme.span_labels:
        raise UsageError(f"{new!r} is a label already; two labels cannot be made one")
    if not new.strip() or new != new.strip() or len(new) > 100:
        raise UsageError("the new name is empty, too long, or has spaces around it")
    config = rename_in_config(context.workspace.label_config(), old, new)
    if parse_label_config(config).span_labels != tuple(
        new if label == old else label for label in scheme.span_labels
    ):
        raise UsageError("the labelling config cannot be changed safely; edit it by hand")
    settings = rename_in_settings(
        (context.workspace.root / CONFIG_NAME).read_text(encoding="utf-8"), old, new
    )
    project = review = None
    on_server = in_review = 0
    if isinstance(context, Site):
        project = find_project(context)
        if project is not None:
            on_server = _count_on_server(context, project, config, (old,), on_task)
            review = find_review(context)
        if review is not None:
            names = review_names(old, scheme)
            in_review = _count_on_server(context, review, config, names, on_task)
    with context.versions.index() as index:
        in_export = sum(_renamed(line, old, new) != line for line in index.lines())
    return RenamePlan(
        old=old,
        new=new,
        label_config=config,
        settings=settings,
        project=project,
        on_server=on_server,
        review=review,
        in_review=in_review,
        in_export=in_export,
    )


def apply_rename(
    context: Context, plan: RenamePlan, *, on_task: Callable[[int], None] | None = None
) -> RenameResult:
    """Rename: first all work comes home, then server, export, workspace, and home again.

    Interrupted, the same command goes on from there: every step that is done is passed over.
    """
    tasks = 0
    site = context if isinstance(context, Site) and plan.project is not None else None
    if site is not None and plan.project is not None:
        theirs = parse_label_config(plan.project.label_config)
        if not site.scheme.differences(theirs):
            apply_pull(site, plan_pull(site))
        names = {plan.old: plan.new}
        tasks = _rename_on_server(site, plan, plan.project, names, str, on_task)
    if site is not None and plan.review is not None:
        after = parse_label_config(plan.label_config)
        names = dict(
            zip(review_names(plan.old, site.scheme), review_names(plan.new, after), strict=True)
        )
        tasks += _rename_on_server(site, plan, plan.review, names, _review_page, on_task)
    lines = _rename_in_export(context, plan)
    workspace = context.workspace
    write_atomic(workspace.root / workspace.settings.label_config, plan.label_config)
    write_atomic(workspace.root / CONFIG_NAME, plan.settings)
    context.reload()
    if site is not None:
        apply_pull(site, plan_pull(site))
    return RenameResult(tasks=tasks, lines=lines, version=context.versions.latest())


def _count_on_server(
    site: Site, project: Project, config: str, labels: tuple[str, ...], on_task: OnTask | None
) -> int:
    _check_server(project, site.scheme, config)
    if drafts := site.client.tasks_with_drafts(project.project_id):
        raise UsageError(
            f"{len(drafts)} tasks of project {project.project_id} ({project.title!r}) have unsaved "
            "drafts, which keep the old name",
            hint="ask those who work there to submit or to discard them",
        )
    count = 0
    marked = tasks_with_label(site.client, project.project_id, site.scheme, labels)
    for number, has_it in enumerate(marked, start=1):
        count += has_it
        if on_task is not None:
            on_task(number, project.tasks)
    return count


def _check_server(project: Project, scheme: LabelScheme, renamed: str) -> None:
    theirs = parse_label_config(project.label_config)
    ours = scheme.differences(theirs)
    if ours and parse_label_config(renamed).differences(theirs):
        raise SchemeMismatchError(
            f"project {project.project_id} ({project.title!r}) has another labelling config: "
            f"{'; '.join(ours)}",
            hint="annotate labels check tells more",
        )


def _rename_on_server(
    site: Site,
    plan: RenamePlan,
    project: Project,
    names: Mapping[str, str],
    page: Callable[[str], str],
    on_task: Callable[[int], None] | None,
) -> int:
    """Rename labels in a project, whose labelling config is the `page` of the workspace's."""
    client, project_id = site.client, project.project_id
    if plan.new not in parse_label_config(project.label_config).span_labels:
        # For a while the server knows both names: people go on working with the old one.
        both = with_both_labels(site.workspace.label_config(), plan.old, plan.new)
        client.set_label_config(project_id, page(both))
    changed = 0
    for _ in range(_ROUNDS):
        found = 0
        for renamed in rename_label(client, project_id, site.scheme, names):
            found += renamed
            if on_task is not None:
                on_task(1)
        changed += found
        if not found:
            break
    reason = client.refuse_label_config(project_id, page(plan.label_config))
    if reason is not None:
        raise SchemeMismatchError(
            f"the server would lose work under the new config: {reason}",
            hint="people may be working with the old label; run the same command again",
        )
    client.set_label_config(project_id, page(plan.label_config))
    return changed


def _review_page(label_config: str) -> str:
    return review_config(label_config, parse_label_config(label_config))


def _rename_in_export(context: Context, plan: RenamePlan) -> int:
    """Write a version with the new name where the latest one has the old; return how many lines."""
    versions = context.versions
    latest = versions.latest()
    if latest is None:
        return 0
    with versions.index() as index:
        changed = sum(_renamed(line, plan.old, plan.new) != line for line in index.lines())
    if not changed:
        return 0
    with versions.index_of(latest) as index:  # not the kept one: writing moves that along
        versions.write(
            (
                renamed
                for line in index.lines()
                if (renamed := _renamed(line, plan.old, plan.new)) != line
            ),
            about={**latest.project, "renamed": {plan.old: plan.new}},
            label_config=plan.label_config,
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
