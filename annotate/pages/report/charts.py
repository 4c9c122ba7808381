"""The places of a chart's points, lines and bars in its picture (SVG units). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from annotate.pages.report.parts import Bars, Chart

WIDTH, HEIGHT = 560, 240
_BAR_GAP = 0.25  # of a bar's place


@dataclass(frozen=True, slots=True)
class Dot:
    """A point in the picture; `low` and `high` are the ends of its interval there."""

    x: float
    y: float
    said: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the picture, with its name and count."""

    x: float
    y: float
    width: float
    height: float
    name: str
    count: int


def dots(chart: Chart) -> list[Dot]:
    """Return the chart's points in the picture."""

    def height(value: float | None) -> float | None:
        return None if value is None else place_y(chart, value)

    return [
        Dot(place_x(chart, p.x), place_y(chart, p.y), p.said, height(p.low), height(p.high))
        for p in chart.points
    ]


def place_x(chart: Chart, value: float) -> float:
    """Return where a value of the x axis stands."""
    low, high = chart.x
    return round(WIDTH * (value - low) / ((high - low) or 1), 1)


def place_y(chart: Chart, value: float) -> float:
    """Return where a value of the y axis stands; the picture's y grows downwards."""
    low, high = chart.y
    return round(HEIGHT * (1 - (value - low) / ((high - low) or 1)), 1)


def bars(found: Bars) -> Iterator[Bar]:
    """Yield the bars in the picture, from left to right."""
    highest = max((count for _, count in found.bars), default=0) or 1
    place = WIDTH / max(1, len(found.bars))
    for number, (name, count) in enumerate(found.bars):
        tall = round(HEIGHT * count / highest, 1)
        yield Bar(
            round(place * (number + _BAR_GAP / 2), 1),
            round(HEIGHT - tall, 1),
            round(place * (1 - _BAR_GAP), 1),
            tall,
            name,
            count,
        )


def round_ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """Return round values from `low` to `high`, at most about so many, for an axis."""
    width = high - low
    if width <= 0:
        return [low]
    rough = width / most
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = floor(low / step) * step
    ticks: Sequence[float] = [first + step * n for n in range(int(width / step) + 2)]
    return [round(tick, 10) for tick in ticks if low <= tick <= high]
