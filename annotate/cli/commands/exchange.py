"""`annotate exports read` and `write`: other programs' formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, Overwrite
from annotate.cli.output.console import console, counted, many, named, notes, show_json

if TYPE_CHECKING:
    from annotate.exports.formats.base import Loss


def read(
    path: Annotated[
        Path, typer.Argument(help="Annotated articles: a file, an archive or a directory.")
    ],
    annotator: Annotated[str, typer.Option(help="Who annotated them; kept as a pseudonym.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl (annotate's own), marked (inline marks), brat, prodigy, doccano, conll, "
            "uima-cas, parquet, docbin or label-studio; by default told from the path.",
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
    corrected: Annotated[
        bool,
        typer.Option(
            "--corrected",
            help="Annotators saw a model's pre-labels, where the file does not say: no blind work.",
        ),
    ] = False,
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

    with offline(writes=not dry_run) as context:
        found = read_format(context.scheme, path, name=format_, mapping=mapping)
        result = adopt(
            context,
            found.items,
            annotator=annotator,
            source=path,
            corpus=corpus,
            corrected=corrected,
            losses=found.losses,
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
                "taken_for_blind": result.taken_for_blind,
                "in_another_corpus": list(result.elsewhere),
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
    if result.taken_for_blind:
        notes().print(
            f"{many(result.taken_for_blind, 'test article')} taken for blind work: the file does "
            "not say what annotators saw. Where it was a model's pre-labels: --corrected"
        )
    if result.elsewhere:
        notes().print(
            f"not put into the corpus {corpus!r}: the versions hold them already, as your own or "
            f"of another corpus: {named(result.elsewhere)}"
        )
    _show_losses(found.losses)


def write(
    out: Annotated[
        Path, typer.Argument(help="The file to write; for brat and uima-cas a new directory.")
    ],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl (annotate's own), brat, prodigy, doccano, conll, uima-cas, parquet, docbin "
            "or label-studio; by default told from the name.",
        ),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(help="Number, name or hash of a version; by default the latest."),
    ] = None,
    reference: Annotated[
        bool,
        typer.Option(
            "--reference", help="Of each article the annotation that counts as gold, and no other."
        ),
    ] = False,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Write a version in another program's format.

    Example: annotate exports write corpus --format brat
    """
    from annotate.workflow.exchange.formats import write_format

    with offline() as context:
        result = write_format(
            context, out, name=format_, export=export, reference=reference, overwrite=overwrite
        )
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
