"""`annotate exports`: versions of human work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Commands, DryRun, Json, VersionId
from annotate.cli.output.changes import changes_json, show_changes
from annotate.cli.output.console import console, counted, many, named, notes, show_json, show_table
from annotate.cli.output.versions import merge_json, show_merge, show_other_heads
from annotate.errors import DamagedExportError

app = Commands(
    help="Versions of what people annotated. Example: annotate exports list", no_args_is_help=True
)


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the versions, oldest first.

    Example: annotate exports list
    """
    with offline() as context:
        manifests = context.versions.store.manifests
        versions, damaged = manifests.readable()
        heads = {head.id for head in manifests.heads()}
        others = [head.name for head in context.versions.other_heads()]
        beside = context.workspace.other_exports()
    if json_:
        show_json(
            {
                "versions": [
                    {**_version_json(version), "head": version.id in heads} for version in versions
                ],
                "other_heads": others,
                "damaged": damaged,
                "other_directories": beside,
            }
        )
        _end_with_damage(damaged)
        return
    show_table(
        ("version", "made", "articles", "annotations", "spans"),
        [
            (
                version.name,
                version.created_at,
                version.counts["articles"],
                version.counts["annotations"],
                counted(version.counts["spans"]),
            )
            for version in versions
        ],
        numbers=(2, 3),
    )
    show_other_heads(others)
    for name in beside:
        notes().print(f"{name} beside them holds versions of another project")
    _end_with_damage(damaged)


def _end_with_damage(damaged: Sequence[str]) -> None:
    for problem in damaged:
        notes().print(problem)
    if damaged:
        raise typer.Exit(DamagedExportError.exit_code)


@app.command()
def show(version: VersionId = None, json_: Json = False) -> None:
    """Show what a version holds.

    Example: annotate exports show 3
    """
    with offline() as context:
        found = context.versions.find(version)
        lines = context.versions.load(found)
    if json_:
        show_json(
            {
                **_version_json(found),
                "article_ids": [line.article.article_id for line in lines.values()],
            }
        )
        return
    out = console()
    out.print(f"{found.name}, id {found.id}")
    parents = " and ".join(found.parents) or "none"
    out.print(f"made {found.created_at}; parent {parents}; parts {len(found.parts)}")
    out.print(f"models seen: {', '.join(found.models_seen) or 'none'}")
    out.print(f"links: {counted(found.counts['links'])}; carried along: {found.counts['extra']}")
    show_table(
        ("article", "split", "annotations", "spans", "annotators"),
        [
            (
                line.article.article_id,
                line.split,
                len(line.annotations),
                sum(len(annotation.spans) for annotation in line.annotations),
                len({annotation.annotator for annotation in line.annotations}),
            )
            for line in lines.values()
        ],
        numbers=(2, 3, 4),
    )


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="The older version.")],
    after: VersionId = None,
    json_: Json = False,
) -> None:
    """Show what changed between two versions, article by article.

    With one version named: what changed since then, or, for the latest, what it changed.
    Example: annotate exports diff 1 2
    """
    from annotate.exports.difference import difference

    with offline() as context:
        versions = context.versions
        old, new = versions.find_two(before, after)
        changes = difference(versions.load(old), versions.load(new))
    if json_:
        show_json(changes_json(changes))
    else:
        show_changes(changes, title=f"{old.name} → {new.name}")


@app.command()
def merge(dry_run: DryRun = False, json_: Json = False) -> None:
    """Join versions that were written apart, in two copies of the repository, into one.

    What only one side changed is taken; where both changed an article, both annotations are kept
    and the article is named. Example: annotate exports merge --dry-run
    """
    from annotate.workflow.maintenance.merge import apply_merge, plan_merge, try_merges

    done: list[dict[str, Any]] = []
    with offline(writes=not dry_run) as context:
        for plan in try_merges(context) if dry_run else ():
            done.append(merge_json(plan, None))
            if not json_:
                show_merge(plan, None)
        while not dry_run and (joining := plan_merge(context)) is not None:
            version = apply_merge(context, joining)
            done.append(merge_json(joining, version))
            if not json_:
                show_merge(joining, version)
        others = [head.name for head in context.versions.other_heads()]
    if json_:
        show_json({"dry_run": dry_run, "merged": done, "other_heads": others})
    elif not done:
        console().print("nothing to join: all versions grew from one another")


@app.command()
def verify(json_: Json = False) -> None:
    """Check every version and part against its hash. Exit code 5 if one is damaged.

    Example: annotate exports verify
    """
    with offline() as context:
        store = context.versions.store
        problems, unnamed = store.verify(), store.unnamed_parts()
        next_step = store.mending() if problems else None
    if json_:
        show_json({"damaged": problems, "unnamed_parts": unnamed, "next": next_step})
    elif problems:
        for problem in problems:
            console().print(problem)
        console().print(f"Next: {next_step}")
    else:
        console().print(f"{many(len(store.versions()), 'version')} checked: whole")
    if unnamed and not json_:
        notes().print(
            f"{many(len(unnamed), 'part')} that no version names: a run that was killed left it, "
            f"or the manifest of a version was deleted: {named(unnamed)}"
        )
    if problems:
        raise typer.Exit(5)


def _version_json(version: Any) -> dict[str, Any]:
    return {
        "name": version.name,
        "id": version.id,
        "number": version.number,
        "parent": version.parent,
        "joins": list(version.joins),
        "created_at": version.created_at,
        "counts": dict(version.counts),
        "models_seen": list(version.models_seen),
        "watermark": version.watermark,
        "project": dict(version.project),
        "parts": [{"sha256": sha256, "lines": lines} for sha256, lines in version.parts],
    }
