"""`annotate claims`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.context import offline_anywhere
from annotate.cli.options import Json, LookedAt, Overwrite, refuse_options
from annotate.cli.output.claims_in_shards import list_shards
from annotate.cli.output.console import notes, show_json
from annotate.cli.output.marked import show_left_out
from annotate.cli.output.tables import show_guarded

if TYPE_CHECKING:
    from annotate.claims.table import ClaimTable
    from annotate.workflow.state.context import Context


def claims(
    place: Annotated[
        str | None,
        typer.Argument(
            help="Annotated articles or predictions (JSONL), or shards; default: a version."
        ),
    ] = None,
    export: LookedAt = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to a file: .csv, .jsonl, .sqlite, .parquet or .html; repeatable.",
        ),
    ] = None,
    all_annotators: Annotated[
        bool, typer.Option("--all-annotators", help="Rows of everybody's annotations.")
    ] = False,
    claim: Annotated[str | None, typer.Option(help="Label of claims.")] = None,
    source: Annotated[str | None, typer.Option(help="Label of sources.")] = None,
    hedge: Annotated[str | None, typer.Option(help="Label of hedges.")] = None,
    groups: Annotated[
        bool, typer.Option("--groups/--no-groups", help="Group claims of similar wording.")
    ] = True,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """List what is claimed, who vouches for it and how sure, and how other outlets tell the same.

    Claims of similar wording stand together, story by story, with what changed on the way: a hedge
    dropped or added, a source vaguer or sharper. Labels are those of the links in annotate.yaml.
    Of shards no stories are made, and wordings stand together that are equal.

    Example: annotate claims -o claims.html -o claims.sqlite

    Example: annotate claims prelabelled/ -o claims.parquet
    """
    from annotate.claims.many import many_sheet_names
    from annotate.claims.sheets import as_objects, sheet_names, sheets
    from annotate.workflow.show.claims import collect_claims, marked_articles
    from annotate.workflow.show.shards import open_shards

    outputs = list(dict.fromkeys(output or ()))
    with offline_anywhere() as context:
        archive = None if place is None else open_shards(place)
        if archive is not None:
            pages = any(path.suffix.lower() == ".html" for path in outputs)
            refuse_options(
                "is not for shards",
                "choose a few (annotate choose), and list the claims of their file",
                {
                    "an HTML page": pages,
                    "--export": export is not None,
                    "--all-annotators": all_annotators,
                },
            )
            _check(context, outputs, many_sheet_names(grouped=groups), overwrite=overwrite)
            list_shards(
                context,
                archive,
                outputs,
                roles={"claim": claim, "source": source, "hedge": hedge},
                grouped=groups,
                json_=json_,
            )
            return
        file = None if place is None else Path(place)
        inputs = () if file is None else (file,)
        names = sheet_names(grouped=groups)
        _check(context, outputs, names, overwrite=overwrite, inputs=inputs)
        held = marked_articles(context, file, export=export, all_annotators=all_annotators)
        table = collect_claims(
            context, held, claim=claim, source=source, hedge=hedge, grouped=groups
        )
        strange = held.strange_labels(context.scheme)
        guarded = _write(
            context, table, outputs, title=f"Claims of {held.name}", marked_by=held.marked_by()
        )
    if json_:
        found: dict[str, Any] = {"from": held.name}
        for name, sheet in sheets(table).items():
            found[name] = list(as_objects(sheet))
        show_json(found)
    else:
        from annotate.cli.output.claims import show_claims

        show_claims(table, name=held.name, written=outputs)
    show_left_out(held, strange, all_annotators=all_annotators)
    if table.ungrouped:
        notes().print(
            f"{table.ungrouped} rows of further annotators mark what the gold does not: they stand "
            "in no group"
        )
    show_guarded(guarded)


def _check(
    context: Context,
    outputs: list[Path],
    names: Sequence[str],
    *,
    overwrite: bool,
    inputs: tuple[Path, ...] = (),
) -> None:
    """Refuse outputs before anything is read; raises `UsageError`."""
    from annotate.errors import UsageError
    from annotate.outputs import is_page, require_free
    from annotate.workflow.show.claim_files import claim_files, format_of

    taken: set[Path] = set()
    for path in outputs:
        page = format_of(path) == "html"
        if page and "wordings" not in names:
            raise UsageError(
                f"{path}: the page shows groups of similar wording", hint="leave out --no-groups"
            )
        for file in claim_files(path, names).values():
            if file.resolve() in taken:
                raise UsageError(f"{file}: two outputs would write this file", hint="name another")
            taken.add(file.resolve())
            require_free(
                file,
                context.workspace,
                replaceable=is_page if page else None,
                overwrite=overwrite,
                inputs=inputs,
            )


def _write(
    context: Context, table: ClaimTable, outputs: list[Path], *, title: str, marked_by: str
) -> int:
    """Write the table to every output; return how many cells of CSV were guarded."""
    from annotate.claims.sheets import sheets
    from annotate.files import write_atomic
    from annotate.workflow.show.claim_files import format_of, write_claims

    guarded = 0
    for path in outputs:
        if format_of(path) == "html":
            from annotate.pages.claims import claims_page

            colours = context.scheme.colours
            page = claims_page(table, title=title, colours=colours, marked_by=marked_by)
            write_atomic(path, page)
        else:
            guarded += write_claims(path, sheets(table))
    return guarded
