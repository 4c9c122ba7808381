"""The page of what is marked in shards: by outlet, by month, links and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.archive.counting import Counts
from annotate.archive.lines import Archive
from annotate.pages.report.page import sections_page
from annotate.pages.report.parts import Cell, Column, Section, Table
from annotate.quality.report.mix import Mix

ON_PAGE = 500
"""Rows of a table that the page shows; its file has all."""


def shard_sections(archive: Archive, counts: Counts, *, most: int | None = None) -> list[Section]:
    """Return the sections, with at most so many rows in a table, those with most articles."""
    left_out = sum(len(entry.without) for entry in archive.entries)
    model = archive.manifest.model_version
    told = [f"Marked by {model}; nobody has checked it."]
    told.append(
        f"{counts.all.annotations:,} articles with {counts.all.words:,} words in "
        f"{len(archive.entries):,} shards."
    )
    if archive.missing:
        told.append(f"Missing shards: {archive.missing:,}.")
    if left_out:
        told.append(f"Articles without a line: {left_out:,}; the shards' entries say why.")
    mixes = _mixes("mix", "density and labels, by outlet", "outlet", counts, counts.outlets, most)
    months = _mixes("months", "by month of publication (UTC)", "month", counts, counts.months, most)
    links = Table(
        name="links",
        title="links",
        columns=(Column("link", "link"), Column("links", "links", "count")),
        rows=tuple(counts.links.items()),
    )
    choices = Table(
        name="choices",
        title="choices",
        columns=(
            Column("label", "label", "label"),
            Column("choice", "choice"),
            Column("option", "option"),
            Column("spans", "spans", "count"),
        ),
        rows=counts.choices,
    )
    return [
        Section(
            name="mix",
            title="What is marked",
            paragraphs=tuple(told),
            tables=(mixes, months, *(table for table in (links, choices) if table.rows)),
        )
    ]


def shards_page(archive: Archive, counts: Counts, *, title: str, colours: Mapping[str, str]) -> str:
    """Return the page; long tables are cut, and say so."""
    return sections_page(
        title,
        shard_sections(archive, counts, most=ON_PAGE),
        labels=counts.labels,
        colours=colours,
        about=[archive.store.name],
    )


def _mixes(
    name: str, title: str, of: str, counts: Counts, mixes: Sequence[Mix], most: int | None
) -> Table:
    shown = list(mixes)
    note = ""
    if most is not None and len(mixes) > most:
        largest = sorted(mixes, key=lambda mix: (-mix.annotations, mix.name))[:most]
        shown = sorted(largest, key=lambda mix: mix.name)
        note = (
            f"{most:,} of {len(mixes):,} rows, those with most articles; the table's file has all."
        )
    return Table(
        name=name,
        title=title,
        columns=(
            Column(of, of),
            Column("articles", "articles", "count"),
            Column("words", "words", "count"),
            Column("spans", "spans", "count"),
            Column("spans_per_100_words", "spans per 100 words", "decimal"),
            *(Column(f"share_{label}", f"{label} %", "share") for label in counts.labels),
        ),
        rows=tuple(_row(mix) for mix in (counts.all, *shown)),
        note=note,
    )


def _row(mix: Mix) -> tuple[Cell, ...]:
    return (mix.name, mix.annotations, mix.words, mix.spans, mix.per_100_words, *mix.shares)
