"""The report of shards on the command line: a page, its tables, and one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotate.cli.output.console import console, many, progress, show_json
from annotate.cli.output.missing import end_where_shards_are_missing
from annotate.cli.output.tables import show_guarded

if TYPE_CHECKING:
    from annotate.archive.lines import Archive
    from annotate.workflow.state.context import Context


def report_shards(
    context: Context, archive: Archive, output: Path, tables: Path, *, json_: bool
) -> None:
    """Write what is marked in shards as a page and as tables."""
    from annotate.archive.counting import NO_OUTLET
    from annotate.files import write_atomic
    from annotate.pages.report.files import write_tables
    from annotate.pages.report.parts import tables_of
    from annotate.pages.report.shards import shard_sections, shards_page
    from annotate.workflow.show.shards import count_shards

    with progress("counting", archive.articles) as advance:
        counts = count_shards(archive, on_shard=advance)
    page = shards_page(
        archive, counts, title=context.settings.project, colours=context.scheme.colours
    )
    write_atomic(output, page)
    written = tables_of(shard_sections(archive, counts))
    guarded = write_tables(tables, written)
    if json_:
        show_json(
            {
                "from": archive.store.name,
                "model_version": archive.manifest.model_version,
                "page": str(output),
                "tables": [str(tables / f"{table.name}.csv") for table in written],
                "articles": counts.all.annotations,
                "words": counts.all.words,
                "spans": counts.all.spans,
                "shares": dict(zip(counts.labels, counts.all.shares, strict=True)),
                "links": counts.links,
                "missing_shards": archive.missing,
                "guarded_cells": guarded,
            }
        )
    else:
        articles = many(counts.all.annotations, "article")
        spans = many(counts.all.spans, "span")
        outlets = sum(mix.name != NO_OUTLET for mix in counts.outlets)
        console().print(f"{archive.store.name}: {spans} in {articles} of {many(outlets, 'outlet')}")
        console().print(f"wrote {output} and {many(len(written), 'table')} in {tables}")
    show_guarded(guarded)
    end_where_shards_are_missing(archive)
