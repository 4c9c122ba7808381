"""`annotate exports`: versions of human work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, VersionId
from annotate.cli.output.changes import changes_json, show_changes
from annotate.cli.output.console import console, counted, show_json, show_table

if TYPE_CHECKING:  # only the commands that read or write formats
    from annotate.exports.formats.base import Loss

app = typer.Typer(
    help="Versions of what people annotated. Example: annotate exports list", no_args_is_help=True
)


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the versions, oldest first.

    Example: annotate exports list
    """
    with offline() as context:
        versions = context.versions.store.versions()
    if json_:
        show_json([_version_json(version) for version in versions])
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
    out.print(f"made {found.created_at}; parent {found.parent or 'none'}; parts {len(found.parts)}")
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
def verify(json_: Json = False) -> None:
    """Check every version and part against its hash. Exit code 5 if one is damaged.

    Example: annotate exports verify
    """
    with offline() as context:
        store = context.versions.store
        problems = store.verify()
    if json_:
        show_json({"damaged": problems})
    elif problems:
        for problem in problems:
            console().print(problem)
    else:
        console().print(f"{len(store.versions())} versions are whole")
    if problems:
        raise typer.Exit(5)


@app.command()
def read(
    path: Annotated[Path, typer.Argument(help="Annotated articles: a file, or brat's directory.")],
    annotator: Annotated[str, typer.Option(help="Who annotated them; kept as a pseudonym.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl (annotate's own), marked (inline marks), brat, prodigy, docbin or "
            "label-studio; by default told from the path.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML file: their names and ours. `polnear` is shipped."),
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option(
            help="Name of a foreign corpus: learned before your own annotations, never tested on."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, change nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Read annotations from a file into a new version.

    Example: annotate exports read gold.jsonl --annotator ines@example.org
    """
    from annotate.workflow.exchange.adopt import adopt
    from annotate.workflow.exchange.formats import read_format

    with offline(writes=True) as context:
        found = read_format(context.scheme, path, name=format_, mapping=mapping)
        result = adopt(
            context,
            found.items,
            annotator=annotator,
            source=path,
            corpus=corpus,
            dry_run=dry_run,
        )
    if json_:
        show_json(
            {
                "version": result.version and result.version.name,
                "format": found.format,
                "articles": result.articles,
                "annotations": result.annotations,
                "spans": found.spans,
                "links": found.links,
                **_losses_json(found.losses),
            }
        )
        return
    out = console()
    if dry_run:
        out.print(f"would write a version with {result.articles} articles")
    elif result.version is None:
        out.print(f"nothing new among {result.annotations} annotations")
    else:
        out.print(f"wrote version {result.version.name} with {result.articles} articles")
    out.print(f"spans: {counted(found.spans)}; links: {counted(found.links)}")
    _show_losses(found.losses)


@app.command()
def write(
    out: Annotated[Path, typer.Argument(help="The file to write; for brat a new directory.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl (annotate's own), brat, prodigy, docbin or label-studio; by default told "
            "from the name.",
        ),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(help="Number, name or hash of a version; by default the latest."),
    ] = None,
    json_: Json = False,
) -> None:
    """Write a version in another program's format.

    Example: annotate exports write corpus --format brat
    """
    from annotate.workflow.exchange.formats import write_format

    with offline() as context:
        result = write_format(context, out, name=format_, export=export)
    if json_:
        show_json(
            {
                "version": result.version.name,
                "format": result.format,
                "articles": result.articles,
                "annotations": result.annotations,
                "spans": result.spans,
                "links": result.links,
                **_losses_json(result.losses),
            }
        )
        return
    console().print(
        f"wrote {result.annotations} annotations of {result.articles} articles "
        f"(version {result.version.name}) to {out}"
    )
    console().print(f"spans: {counted(result.spans)}; links: {counted(result.links)}")
    _show_losses(result.losses)


def _losses_json(losses: Sequence[Loss]) -> dict[str, Any]:
    from annotate.exports.formats.base import count_losses

    return {
        "not_represented": count_losses(losses),
        "losses": [
            {"article_id": loss.article_id, "what": loss.what, "detail": loss.detail}
            for loss in losses
        ],
    }


def _show_losses(losses: Sequence[Loss]) -> None:
    from annotate.exports.formats.base import count_losses

    if losses:
        console().print(f"not represented: {counted(count_losses(losses))} (which: --json)")


def _version_json(version: Any) -> dict[str, Any]:
    return {
        "name": version.name,
        "id": version.id,
        "number": version.number,
        "parent": version.parent,
        "created_at": version.created_at,
        "counts": dict(version.counts),
        "models_seen": list(version.models_seen),
        "watermark": version.watermark,
        "project": dict(version.project),
        "parts": [{"sha256": sha256, "lines": lines} for sha256, lines in version.parts],
    }
