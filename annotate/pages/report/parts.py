"""What a page of sections is made of; each table can be written as a file too. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from annotate.quality.ground import NOTHING, percent, points

Kind: TypeAlias = Literal["text", "passage", "note", "label", "count", "share", "points", "decimal"]
"""`share` is in [0, 1] and shown as percent, `points` a difference of shares, `label` a label's
name in its colour, `passage` a stretch of an article, `note` words about the row."""

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `name` is for files, `title` for the page."""

    name: str
    title: str
    kind: Kind = "text"

    @property
    def number(self) -> bool:
        """Whether its cells are numbers, which stand to the right."""
        return self.kind not in ("text", "label", "passage", "note")

    def shown(self, cell: Cell) -> str:
        """Return a cell as the page shows it."""
        if cell is None:
            return NOTHING if self.number else ""
        if isinstance(cell, str):
            return cell
        if self.kind == "share":
            return percent(cell)
        if self.kind == "points":
            return points(cell)
        return f"{cell:,.1f}" if self.kind == "decimal" else f"{cell:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns; `name` is that of its file. `heat` colours the shares by their size."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    heat: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a chart with its interval, and what it says when pointed at."""

    x: float
    y: float
    said: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Points over two axes, from `x` (low, high) and `y` (low, high); ticks are (value, text).

    `joined` draws a line through them, `diagonal` where both axes are the same.
    """

    title: str
    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    points: tuple[Point, ...]
    joined: bool = True
    diagonal: bool = False
    x_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Counts side by side, as (name, count); the highest bar fills the height."""

    title: str
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of an article in pieces (text, label or `None`), and what is said of it."""

    title: str
    pieces: tuple[tuple[str, str | None], ...]
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it, in this order."""

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    charts: tuple[Chart | Bars, ...] = ()
    tables: tuple[Table, ...] = ()
    passages: tuple[Passage, ...] = field(default=())


def tables_of(sections: Sequence[Section]) -> list[Table]:
    """Return all tables, in order."""
    return [table for section in sections for table in section.tables]
