"""How the work went on: annotations by day, and the pace of the last days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from annotate.quality.report.work import Work

PACE_DAYS = 14
"""The pace is that of so many days up to the last one with work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day (UTC) on which annotations were last changed; `done` counts them up to its end."""

    day: str
    annotations: int
    people: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Annotations by day; `without_day` are those of which no time is known."""

    days: tuple[Day, ...]
    without_day: int
    pace: float | None
    """Annotations a day over the last `PACE_DAYS` days; `None` where no day is known."""


def progress(works: Iterable[Work]) -> Progress:
    """Return how the work went on; a day without work is none of the days, and slows the pace."""
    counts: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    without_day = 0
    for work in works:
        if work.day is None:
            without_day += 1
            continue
        counts[work.day] += 1
        people.setdefault(work.day, set()).add(work.annotator)
    days: list[Day] = []
    done = 0
    for day in sorted(counts):
        done += counts[day]
        days.append(Day(day=day, annotations=counts[day], people=len(people[day]), done=done))
    return Progress(days=tuple(days), without_day=without_day, pace=_pace(days))


def _pace(days: Sequence[Day]) -> float | None:
    if not days:
        return None
    last = date.fromisoformat(days[-1].day)
    since = max(last - timedelta(days=PACE_DAYS - 1), date.fromisoformat(days[0].day))
    recent = sum(day.annotations for day in days if date.fromisoformat(day.day) >= since)
    return recent / ((last - since).days + 1)
