"""What is marked in shards, counted by outlet and by month: SQL over batches of shards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotate.archive.lines import Archive
from annotate.archive.manifest import Entry
from annotate.duck import open_duck
from annotate.quality.report.mix import Mix, make_mix

ALL, NO_OUTLET, NO_DATE = "(all)", "(no outlet)", "(no date)"
"""Names of rows that are no outlet's, and no month's."""

_TOGETHER = 64  # shards
_OBJECT = 16 * 1024 * 1024  # bytes: what DuckDB lets a line of JSON have unless it is told more

# Words as `str.split` sees them: RE2's \s would be ASCII's alone.
_WORDS = r"len(regexp_extract_all(text, '[^\x{9}-\x{d}\x{1c}-\x{20}\x{85}\pZ]+'))"

_TABLES = """
    CREATE TABLE works (outlet VARCHAR, month VARCHAR, articles BIGINT, words BIGINT);
    CREATE TABLE marks (outlet VARCHAR, month VARCHAR, label VARCHAR, spans BIGINT);
    CREATE TABLE links (label VARCHAR, links BIGINT);
    CREATE TABLE choices (label VARCHAR, control VARCHAR, option VARCHAR, spans BIGINT);
"""
_COUNT = """
    INSERT INTO works SELECT outlet, month, count(*), sum(words) FROM batch GROUP BY ALL;
    INSERT INTO marks SELECT outlet, month, s.label, count(*)
        FROM (SELECT outlet, month, unnest(spans) AS s FROM batch) GROUP BY ALL;
    INSERT INTO links SELECT label, count(*)
        FROM (SELECT unnest(links).label AS label FROM batch) GROUP BY ALL;
    INSERT INTO choices SELECT label, control, option, count(*) FROM (
        SELECT label, a.control AS control, unnest(a.options) AS option FROM (
            SELECT s.label AS label, unnest(s.choices) AS a
                FROM (SELECT unnest(spans) AS s FROM batch)
        )
    ) GROUP BY ALL;
"""
_JSON = {
    "outlet": "VARCHAR",
    "published": "VARCHAR",
    "text": "VARCHAR",
    "spans": "STRUCT(label VARCHAR, attributes MAP(VARCHAR, VARCHAR[]))[]",
    "links": "STRUCT(label VARCHAR)[]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Marks of all articles in shards. A mix's `annotations` are articles here.

    `choices` are (label, control, option, spans); `labels` those that the mixes' shares are of.
    """

    labels: tuple[str, ...]
    all: Mix
    outlets: tuple[Mix, ...]
    months: tuple[Mix, ...]
    links: dict[str, int]
    choices: tuple[tuple[str, str, str, int], ...]


def count_marks(
    archive: Archive,
    *,
    month: Callable[[str], str],
    on_shard: Callable[[int], None] | None = None,
) -> Counts:
    """Count articles, words, spans, links and choices; memory holds what DuckDB may have.

    `month` names the month of a date as it is written; articles without one are counted under
    `NO_DATE`. `on_shard` gets the articles of each batch of shards. Raises `InputError` for a shard
    that is not what was written, and `UsageError` without the extra `archive`.
    """
    with open_duck() as duck:
        duck.execute(_TABLES)
        for first in range(0, len(archive.entries), _TOGETHER):
            entries = archive.entries[first : first + _TOGETHER]
            with _files(archive, entries) as files:
                _count(duck, archive, files, entries, month)
            if on_shard is not None:
                on_shard(sum(entry.articles for entry in entries))
        return _counts(duck, archive.manifest.labels)


@contextmanager
def _files(archive: Archive, entries: Sequence[Entry]) -> Iterator[list[str]]:
    """Yield paths of whole shards on this machine, for as long as the block lasts."""
    with TemporaryDirectory(prefix="annotate-") as directory:
        files: list[str] = []
        for entry in entries:
            data = archive.read(entry)
            path = archive.store.local(entry.file)
            if path is None:
                path = Path(directory) / entry.file
                path.write_bytes(data)
            files.append(str(path))
        yield files


def _count(
    duck: Any,
    archive: Archive,
    files: list[str],
    entries: Sequence[Entry],
    month: Callable[[str], str],
) -> None:
    source = _source(archive, entries)
    rows = duck.execute(f"SELECT DISTINCT published FROM {source}", {"files": files})  # noqa: S608 - all of it is ours
    dates = [(date, month(date)) for (date,) in rows.fetchall() if (date or "").strip()]
    duck.execute("CREATE OR REPLACE TEMP TABLE dates (published VARCHAR, month VARCHAR)")
    if dates:
        marks = ", ".join(["(?, ?)"] * len(dates))
        bound = [part for date in dates for part in date]
        duck.execute(f"INSERT INTO dates VALUES {marks}", bound)  # noqa: S608 - marks alone
    if archive.manifest.format == "parquet":
        choices = "[{control: a.name, options: a.values} FOR a IN s.attributes]"
    else:
        choices = "[{control: a.key, options: a.value} FOR a IN map_entries(s.attributes)]"
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE batch AS SELECT
            coalesce(nullif(outlet, ''), $none) AS outlet,
            coalesce(month, $undated) AS month,
            {_WORDS} AS words,
            [{{label: s.label, choices: {choices}}} FOR s IN spans] AS spans,
            [{{label: l.label}} FOR l IN links] AS links
        FROM {source} LEFT JOIN dates USING (published)
        """,  # noqa: S608 - all of it is ours
        {"files": files, "none": NO_OUTLET, "undated": NO_DATE},
    )
    duck.execute(_COUNT)


def _source(archive: Archive, entries: Sequence[Entry]) -> str:
    """Return what reads a batch's files, whose paths are bound to `$files`."""
    if archive.manifest.format == "parquet":
        return "read_parquet($files)"
    longest = max(_OBJECT, *(entry.bytes for entry in entries))
    return (
        f"read_json($files, format = 'newline_delimited', columns = {_JSON}, "
        f"maximum_object_size = {longest})"
    )


@dataclass(slots=True)
class _Group:
    """What was added up for an outlet, a month, or all."""

    articles: int = 0
    words: int = 0
    spans: Counter[str] = field(default_factory=Counter)

    def mix(self, name: str, labels: Sequence[str]) -> Mix:
        return make_mix(
            name, annotations=self.articles, words=self.words, counts=self.spans, labels=labels
        )


def _counts(duck: Any, names: Sequence[str]) -> Counts:
    whole = _Group()
    by_outlet: defaultdict[str, _Group] = defaultdict(_Group)
    by_month: defaultdict[str, _Group] = defaultdict(_Group)
    works = _rows(duck, "SELECT outlet, month, sum(articles), sum(words) FROM works GROUP BY ALL")
    for outlet, month, articles, words in works:
        for group in (whole, by_outlet[outlet], by_month[month]):
            group.articles += int(articles)
            group.words += int(words)
    marks = _rows(duck, "SELECT outlet, month, label, sum(spans) FROM marks GROUP BY ALL")
    for outlet, month, label, spans in marks:
        for group in (whole, by_outlet[outlet], by_month[month]):
            group.spans[label] += int(spans)
    known = (name for name in names if name in whole.spans)
    labels = (*known, *sorted(whole.spans.keys() - set(names)))
    links = _rows(duck, "SELECT label, sum(links) FROM links GROUP BY ALL ORDER BY ALL")
    choices = _rows(
        duck, "SELECT label, control, option, sum(spans) FROM choices GROUP BY ALL ORDER BY ALL"
    )
    return Counts(
        labels=labels,
        all=whole.mix(ALL, labels),
        outlets=tuple(by_outlet[name].mix(name, labels) for name in sorted(by_outlet)),
        months=tuple(by_month[name].mix(name, labels) for name in sorted(by_month)),
        links={label: int(count) for label, count in links},
        choices=tuple((a, b, c, int(count)) for a, b, c, count in choices),
    )


def _rows(duck: Any, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = duck.execute(query).fetchall()
    return found
