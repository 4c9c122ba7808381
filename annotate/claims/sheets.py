"""The table of claims as flat sheets: columns with types, rows of plain values. Pure.

A value is a text, a number, a truth value, a list of texts, or `None` for what is not known. What
writes them decides how a list stands in a cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from annotate.claims.dates import when
from annotate.claims.table import Claim, ClaimTable, Story, Wording
from annotate.quality.mentions import Mention

Cell: TypeAlias = str | int | float | bool | list[str] | list[str | None] | None
Type: TypeAlias = Literal["text", "integer", "real", "truth", "texts"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one kind; a row has a cell for every column. `key` is the column that numbers them.

    The rows can be gone through more than once.
    `refers` names the columns that hold numbers of another sheet's rows.
    """

    columns: Mapping[str, Type]
    rows: Iterable[tuple[Cell, ...]]
    key: str | None
    refers: Mapping[str, str]


_NUMBER: Type = "integer"
_STORY: dict[str, Type] = {
    "story": "integer",
    "name": "text",
    "first_seen": "text",
    "last_seen": "text",
    "articles": "integer",
    "outlets": "texts",
}
MENTION_COLUMNS: dict[str, Type] = {
    "text": "text",
    "start": "integer",
    "end": "integer",
    "before": "text",
    "after": "text",
    "sources": "texts",
    "source_types": "texts",
    "chain": "texts",
    "hedges": "texts",
    "hedged": "truth",
    "outlet": "text",
    "published": "text",
    "published_utc": "text",
    "url": "text",
    "title": "text",
    "article_id": "text",
    "duplicates": "text",
    "annotator": "text",
    "annotation_id": "text",
    "reference": "truth",
    "model_version": "text",
    "score": "real",
    "span_id": "text",
}
"""Of a claim, without the numbers that stand before them."""

WORDING_COLUMNS: dict[str, Type] = {
    "wording": "integer",
    "story": "integer",
    "name": "text",
    "mentions": "integer",
    "articles": "integer",
    "reports": "integer",
    "outlets": "texts",
    "first_seen": "text",
    "hedged": "integer",
    "not_hedged": "integer",
}
_WORDING: dict[str, Type] = {**WORDING_COLUMNS, "differences": "integer"}
_DIFFERENCE: dict[str, Type] = {
    "wording": "integer",
    "kind": "text",
    "before": "integer",
    "claim": "integer",
    "was": "text",
    "now": "text",
    "outlet_before": "text",
    "outlet": "text",
    "published_before": "text",
    "published": "text",
    "missing": "text",
}


def sheet_names(*, grouped: bool) -> tuple[str, ...]:
    """Return the names of the sheets that a table has."""
    return ("claims", "stories", *(("wordings", "differences") if grouped else ()))


def sheets(table: ClaimTable) -> dict[str, Sheet]:
    """Return `stories`, `claims` and, where these were grouped, `wordings` and `differences`."""
    found = {
        "stories": Sheet(_STORY, tuple(map(_story, table.stories)), "story", {}),
        "claims": Sheet(
            claim_columns("story", *(("wording",) if table.wordings is not None else ())),
            tuple(_claim(claim, grouped=table.wordings is not None) for claim in table.claims),
            "claim",
            {"story": "stories", **({"wording": "wordings"} if table.wordings is not None else {})},
        ),
    }
    if table.wordings is not None:
        found["wordings"] = Sheet(
            _WORDING, tuple(map(_wording, table.wordings)), "wording", {"story": "stories"}
        )
        refers = {"wording": "wordings", "before": "claims", "claim": "claims"}
        rows = tuple(row for wording in table.wordings for row in _differences(wording))
        found["differences"] = Sheet(_DIFFERENCE, rows, None, refers)
    return found


def claim_columns(*numbers: str) -> dict[str, Type]:
    """Return the columns of claims that are of a story, a wording, or neither."""
    return {"claim": "integer", **dict.fromkeys(numbers, _NUMBER), **MENTION_COLUMNS}


def as_objects(sheet: Sheet) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a sheet as objects, as JSON holds them."""
    for row in sheet.rows:
        yield dict(zip(sheet.columns, row, strict=True))


def as_cell(value: Cell) -> str | int | float | None:
    """Return a cell as CSV holds it: a list as JSON, `true` and `false`, all else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _story(story: Story) -> tuple[Cell, ...]:
    dates = [iso for iso in (when(a.published).iso for a in story.articles) if iso is not None]
    return (
        story.number,
        story.name,
        dates[0] if dates else None,
        dates[-1] if dates else None,
        len(story.articles),
        list(dict.fromkeys(a.outlet for a in story.articles if a.outlet)),
    )


def _claim(claim: Claim, *, grouped: bool) -> tuple[Cell, ...]:
    numbers = (claim.number, claim.story, *((claim.wording,) if grouped else ()))
    return (*numbers, *mention_cells(claim.mention, reference=claim.reference))


def mention_cells(row: Mention, *, reference: bool) -> tuple[Cell, ...]:
    """Return the cells of a claim under `MENTION_COLUMNS`."""
    return (
        *(row["text"], row["start"], row["end"], row["before"], row["after"]),
        *(row["sources"], row["source_types"], row["chain"], row["hedges"], row["hedged"]),
        *(row["outlet"], row["published"], when(row["published"]).iso),
        *(row["url"], row["title"], row["article_id"]),
        *(row["group"], row["annotator"], row["annotation_id"], reference),
        *(row["model_version"], row["score"], row["span_id"]),
    )


def _wording(wording: Wording) -> tuple[Cell, ...]:
    return (
        wording.number,
        wording.story,
        wording.name,
        len(wording.claims),
        wording.articles,
        wording.reports,
        list(wording.outlets),
        wording.first_seen,
        wording.hedged,
        wording.not_hedged,
        len(wording.differences),
    )


def _differences(wording: Wording) -> Iterator[tuple[Cell, ...]]:
    articles = {claim.number: claim.article for claim in wording.claims}
    for difference in wording.differences:
        before, now = articles[difference.before], articles[difference.claim]
        yield (
            wording.number,
            difference.kind,
            difference.before,
            difference.claim,
            difference.was,
            difference.now,
            before.outlet,
            now.outlet,
            before.published,
            now.published,
            difference.missing,
        )
