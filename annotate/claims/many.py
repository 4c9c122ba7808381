"""Claims of more articles than memory holds: rows on disk, equal wordings by DuckDB.

Of so many articles no stories are looked for, and no wordings that are only alike: those that two
or more articles have in common are the same words, whatever their case and punctuation.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.claims.dates import when
from annotate.claims.parquet import write_rows
from annotate.claims.roles import Roles, recast, recast_marks
from annotate.claims.sheets import (
    MENTION_COLUMNS,
    WORDING_COLUMNS,
    Cell,
    Sheet,
    Type,
    claim_columns,
    mention_cells,
)
from annotate.claims.words import same_words
from annotate.duck import open_duck
from annotate.labels import LabelScheme
from annotate.quality.mentions import Marked, mentions

_TOGETHER = 5000  # rows in memory

_KEPT: dict[str, Type] = {
    "claim": "integer",
    **MENTION_COLUMNS,
    "article": "integer",
    "key": "text",
}

_TOLD = """
    CREATE TABLE told AS
        SELECT key, outlet, min(published_utc) AS first, min(claim) AS place
        FROM read_parquet(?) WHERE outlet IS NOT NULL AND outlet != '' GROUP BY ALL
"""
_EQUAL = """
    CREATE TABLE equal AS SELECT
        key,
        max_by(text, (length(text), text)) AS name,
        count(*) AS mentions,
        count(DISTINCT article) AS articles,
        count(DISTINCT duplicates) AS reports,
        min(published_utc) AS first_seen,
        count(*) FILTER (hedged) AS hedged,
        count(*) FILTER (NOT hedged) AS not_hedged,
        key LIKE '% % %' AS long
    FROM read_parquet(?) GROUP BY key HAVING count(DISTINCT article) > 1
"""
_WORDINGS = """
    CREATE TABLE wordings AS SELECT
        row_number() OVER (ORDER BY reports DESC, articles DESC, mentions DESC, key) AS wording,
        equal.*,
        coalesce(outlets, []) AS outlets
    FROM equal LEFT JOIN (
        SELECT key, list(outlet ORDER BY first NULLS LAST, place) AS outlets FROM told GROUP BY key
    ) USING (key)
    WHERE long
"""
"""What several articles say in the same three words or more."""


@dataclass(slots=True, kw_only=True)
class ManyClaims:
    """What was counted on the way, and the sheets `claims` and, where grouped, `wordings`.

    `hedged` and `attributed` count claims with a hedge, and with a source; `strange` marks by
    labels that the workspace has not.
    """

    roles: Roles
    articles: int = 0
    without_claims: int = 0
    claims: int = 0
    hedged: int = 0
    attributed: int = 0
    undated: int = 0
    unreadable: int = 0
    first_unreadable: str | None = None
    strange: dict[str, int] = field(default_factory=dict)
    short: int = 0
    """Texts of one or two words that several articles have: they are no wordings."""
    sheets: dict[str, Sheet] = field(default_factory=dict)


def many_sheet_names(*, grouped: bool) -> tuple[str, ...]:
    """Return the names of the sheets of claims of many articles."""
    return ("claims", *(("wordings",) if grouped else ()))


@contextmanager
def many_claims(
    marked: Iterable[Marked], scheme: LabelScheme, roles: Roles, *, grouped: bool
) -> Iterator[ManyClaims]:
    """Go through articles once, and hold their claims on disk for as long as the block lasts.

    With `grouped`, an article's `group` names the first one that it nearly repeats: what copies the
    same text is one report. Raises `UsageError` where the extra `archive` is missing.
    """
    found = ManyClaims(roles=roles)
    with tempfile.TemporaryDirectory(prefix="annotate-") as directory, open_duck() as duck:
        file = Path(directory) / "claims.parquet"
        with file.open("wb") as stream:
            write_rows(stream, _KEPT, _rows(marked, scheme, roles, found))
        if grouped:
            for statement in (_TOLD, _EQUAL):
                duck.execute(statement, [str(file)])
            duck.execute(_WORDINGS)
            found.short = duck.execute("SELECT count(*) FROM equal WHERE NOT long").fetchone()[0]
            types = {k: v for k, v in WORDING_COLUMNS.items() if k != "story"}
            names = ", ".join(types)
            rows = _Selected(duck, f"SELECT {names} FROM wordings ORDER BY wording")  # noqa: S608
            found.sheets["wordings"] = Sheet(types, rows, "wording", {})
        numbers = ("wording",) if grouped else ()
        columns = ", ".join(("claim", *numbers, *(f'kept."{name}"' for name in MENTION_COLUMNS)))
        join = "LEFT JOIN wordings USING (key)" if grouped else ""
        found.sheets["claims"] = Sheet(
            claim_columns(*numbers),
            _Selected(
                duck,
                f"SELECT {columns} FROM read_parquet(?) AS kept {join} ORDER BY claim",  # noqa: S608 - ours
                str(file),
            ),
            "claim",
            {"wording": "wordings"} if grouped else {},
        )
        yield found


class _Selected:
    """The rows of a query, asked anew by whoever goes through them."""

    def __init__(self, duck: Any, query: str, *bound: str) -> None:
        self._duck = duck
        self._query = query
        self._bound = bound

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        with self._duck.cursor() as cursor:
            cursor.execute(self._query, list(self._bound))
            while rows := cursor.fetchmany(_TOGETHER):
                yield from rows


def _rows(
    marked: Iterable[Marked], scheme: LabelScheme, roles: Roles, found: ManyClaims
) -> Iterator[tuple[Cell, ...]]:
    fitted = recast(scheme, roles)
    for item in marked:
        found.articles += 1
        published = (item.article.published or "").strip()
        found.undated += not published
        if published and when(published).day is None:
            found.unreadable += 1
            found.first_unreadable = found.first_unreadable or published
        for span in item.marks.spans:
            if span.label not in scheme.span_labels:
                found.strange[span.label] = found.strange.get(span.label, 0) + 1
        rows = mentions([recast_marks(item, roles)], fitted, label=roles.claim)
        found.without_claims += not rows
        for row in rows:
            found.claims += 1
            found.hedged += bool(row["hedged"])
            found.attributed += bool(row["sources"])
            cells = mention_cells(row, reference=True)
            yield (found.claims, *cells, found.articles, same_words(row["text"]))
