"""`annotate search`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline_anywhere
from annotate.cli.options import Json, LookedAt, Overwrite, refuse_options
from annotate.cli.output.console import console, show_json
from annotate.cli.output.marked import show_left_out
from annotate.cli.output.search import search_shards, show_hits


def search(
    text: Annotated[
        str | None, typer.Argument(help="Words, whole ones in any case; default: every mark.")
    ] = None,
    in_: Annotated[
        str | None,
        typer.Option(
            "--in", help="Annotated articles or predictions (JSONL), or shards; not a version."
        ),
    ] = None,
    export: LookedAt = None,
    regex: Annotated[bool, typer.Option("--regex", help="TEXT is a regular expression.")] = False,
    label: Annotated[str | None, typer.Option(help="Marks of this label.")] = None,
    choice: Annotated[
        str | None, typer.Option(help="Marks with a choice: CONTROL or CONTROL=OPTION.")
    ] = None,
    link: Annotated[str | None, typer.Option(help="Marks with a link of this kind.")] = None,
    without_link: Annotated[str | None, typer.Option(help="Marks without one.")] = None,
    without_label: Annotated[
        str | None, typer.Option(help="Words that no mark of this label covers.")
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="Articles of this outlet.")] = None,
    all_annotators: Annotated[
        bool, typer.Option("--all-annotators", help="Everybody's annotations.")
    ] = False,
    context: Annotated[int, typer.Option(min=0, max=1000, help="Characters on either side.")] = 60,
    limit: Annotated[int, typer.Option(min=1, help="Lines to print.")] = 50,
    html: Annotated[Path | None, typer.Option(help="Write all to an HTML page.")] = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Show where words and marks stand, one line each, with the words around them.

    TEXT alone is looked for in the texts, marked or not; with --label, --choice or a link the marks
    that hold it.

    Example: annotate search could --html could.html

    Example: annotate search reportedly --in prelabelled/ --outlet "Harbour Post"
    """
    from annotate.quality.concordance import Query, check_query, concordance, count_hits
    from annotate.workflow.show.claims import marked_articles
    from annotate.workflow.show.shards import open_shards

    query = Query(
        text=text,
        regex=regex,
        label=label,
        choice=choice,
        link=link,
        without_link=without_link,
        without_label=without_label,
        outlet=outlet,
    )
    with offline_anywhere() as opened:
        archive = None if in_ is None else open_shards(in_)
        if archive is not None:
            refuse_options(
                "is not for shards",
                "choose a few (annotate choose), and search in their file",
                {
                    "--html": html is not None,
                    "--export": export is not None,
                    "--all-annotators": all_annotators,
                },
            )
            check_query(query, opened.scheme)
            search_shards(archive, query, opened.scheme, context=context, limit=limit, json_=json_)
            return
        file = None if in_ is None else Path(in_)
        if html is not None:
            from annotate.outputs import is_page, require_free

            require_free(
                html,
                opened.workspace,
                replaceable=is_page,
                overwrite=overwrite,
                inputs=() if file is None else (file,),
            )
        check_query(query, opened.scheme)
        held = marked_articles(opened, file, export=export, all_annotators=all_annotators)
        hits = concordance(
            held.reference, query, opened.scheme, context=context, others=held.others
        )
        strange = held.strange_labels(opened.scheme)
        colours = opened.scheme.colours
    counts = count_hits(hits)
    if html is not None:
        from annotate.files import write_atomic
        from annotate.pages.search import search_page

        title = f"{text or label or 'Marks'} in {held.name}"
        page = search_page(hits, counts, title=title, colours=colours, marked_by=held.marked_by())
        write_atomic(html, page)
    if json_:
        rows = [{**asdict(hit), "links": [list(link) for link in hit.links]} for hit in hits]
        show_json({"from": held.name, "counts": counts, "hits": rows})
    else:
        show_hits(hits, counts, name=held.name, limit=limit, context=context)
        if html is not None:
            console().print(f"wrote {html}")
    show_left_out(held, strange, all_annotators=all_annotators)
