"""When an article was published, as far as its metadata say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

Day: TypeAlias = date


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and an exact time in ISO form that orders within it; `day` is `None` if not known."""

    day: Day | None
    exact: str = ""

    @property
    def timed(self) -> bool:
        """Whether the time of day is known."""
        return len(self.exact) > len("2024-01-31")


def when(published: str | None) -> Moment:
    """Return the moment that `published` names in ISO 8601, in UTC where it names an offset.

    What is no such date is an unknown one.
    """
    text = (published or "").strip()
    try:
        if len(text) <= len("2024-01-31"):
            day = date.fromisoformat(text)
            return Moment(day, day.isoformat())
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Moment(None)
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return Moment(None)
    return Moment(moment.date(), moment.isoformat())
