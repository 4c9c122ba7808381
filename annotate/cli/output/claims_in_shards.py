"""The claims of shards on the command line: counts, what many articles say, and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.cli.output.claims import MOST_TOLD, short_claim
from annotate.cli.output.console import (
    console,
    counted,
    many,
    notes,
    progress,
    show_json,
    show_table,
)
from annotate.cli.output.missing import end_where_shards_are_missing
from annotate.cli.output.tables import show_guarded

if TYPE_CHECKING:
    from annotate.archive.lines import Archive
    from annotate.claims.many import ManyClaims
    from annotate.workflow.state.context import Context


def list_shards(
    context: Context,
    archive: Archive,
    outputs: Sequence[Path],
    *,
    roles: Mapping[str, str | None],
    grouped: bool,
    json_: bool,
) -> None:
    """Write the claims of shards to files, and print how many there are and which are told most."""
    from annotate.workflow.show.claim_files import write_claims
    from annotate.workflow.show.shards import claims_in_shards

    guarded = 0
    with progress("reading claims", archive.articles) as advance:
        opened = claims_in_shards(context, archive, **roles, grouped=grouped, on_shard=advance)
        with opened as found:
            for path in outputs:
                guarded += write_claims(path, found.sheets)
            told = _told(found) if grouped else None
    if json_:
        show_json({**_json(archive, found, told, outputs), "guarded_cells": guarded})
    else:
        _show(archive, found, told, outputs)
    if found.strange:
        strange = counted(dict(sorted(found.strange.items())))
        notes().print(f"marks of labels that are not in the labelling config: {strange}")
    show_guarded(guarded)
    end_where_shards_are_missing(archive)


def _told(found: ManyClaims) -> tuple[int, list[dict[str, Any]]]:
    """Return how many wordings several articles have, and the first of them as objects."""
    from annotate.claims.sheets import as_objects

    rows = as_objects(found.sheets["wordings"])
    first = list(islice(rows, MOST_TOLD))
    return len(first) + sum(1 for _ in rows), list(first)


def _show(
    archive: Archive,
    found: ManyClaims,
    told: tuple[int, list[dict[str, Any]]] | None,
    outputs: Sequence[Path],
) -> None:
    out = console()
    claims = many(found.claims, found.roles.claim)
    parts = [f"{claims} in {many(found.articles, 'article')}"]
    for label, count in ((found.roles.source, found.attributed), (found.roles.hedge, found.hedged)):
        parts += [f"{count} with a {label}"] if label is not None else []
    out.print(
        f"{archive.store.name}: {', '.join(parts)}; "
        f"marked by {archive.manifest.model_version}, nobody has checked it"
    )
    if told is not None:
        count, rows = told
        if not count:
            out.print("no two articles have a claim in the same words")
        else:
            show_table(
                ("claim", "first seen", "articles", "reports", "outlets", "hedged", "not hedged"),
                [
                    (
                        short_claim(row["name"]),
                        row["first_seen"] or "–",
                        row["articles"],
                        row["reports"],
                        len(row["outlets"]),
                        row["hedged"],
                        row["not_hedged"],
                    )
                    for row in rows
                ],
                title="the same words in several articles",
                numbers=(2, 3, 4, 5, 6),
            )
            if count > len(rows):
                out.print(f"… and {count - len(rows)} more")
        if found.short:
            notes().print(
                f"{many(found.short, 'text')} of one or two words stand in several articles: they "
                "are not grouped"
            )
    for path in outputs:
        out.print(f"wrote {path}")
    if found.without_claims:
        notes().print(f"{many(found.without_claims, 'article')} without a {found.roles.claim}")
    if found.undated:
        notes().print(f"{many(found.undated, 'article')} without a date")
    if found.unreadable:
        notes().print(
            f"{many(found.unreadable, 'date')} that cannot be read, as {found.first_unreadable!r}"
        )


def _json(
    archive: Archive,
    found: ManyClaims,
    told: tuple[int, list[dict[str, Any]]] | None,
    outputs: Sequence[Path],
) -> dict[str, Any]:
    value: dict[str, Any] = {
        "from": archive.store.name,
        "model_version": archive.manifest.model_version,
        "articles": found.articles,
        "claims": found.claims,
        "attributed": found.attributed,
        "hedged": found.hedged,
        "without_claims": found.without_claims,
        "undated": found.undated,
        "unreadable_dates": found.unreadable,
        "missing_shards": archive.missing,
        "written": [str(path) for path in outputs],
    }
    if told is not None:
        value |= {
            "wordings_of_several": told[0],
            "told_most": told[1],
            "short_texts_of_several": found.short,
        }
    return value
