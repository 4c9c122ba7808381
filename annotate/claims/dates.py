"""When an article was published, as far as its metadata say it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

Day: TypeAlias = date

_PART = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?")
_SLASHES = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(.*)", re.DOTALL)
_MAIL = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}(?P<time>\s+\d{1,2}:\d{2}.*)?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or the first and the last one (`until`) of a month or a year; `None`: not known.

    `exact` orders as a text: a time in ISO 8601, in UTC where an offset was named (`zoned`), or the
    day, month or year alone.
    """

    day: Day | None
    exact: str = ""
    until: Day | None = None
    zoned: bool = False

    @property
    def timed(self) -> bool:
        """Whether the time of day is known."""
        return len(self.exact) > len("2024-01-31")

    @property
    def iso(self) -> str | None:
        """The date as far as it is known, in ISO 8601, to the second; `Z` where it is UTC."""
        if self.day is None:
            return None
        return f"{self.exact.partition('.')[0]}Z" if self.zoned else self.exact

    def precedes(self, other: Moment) -> bool:
        """Tell whether it is known to be earlier than the other one."""
        if self.until is None or other.day is None:
            return False
        if self.day == other.day and self.timed and other.timed:
            return self.exact < other.exact
        return self.until < other.day


def when(published: str | None) -> Moment:
    """Return the moment that `published` names, in UTC where it names an offset.

    Dates are ISO 8601 (`2024-06-10`, with a time or without), the same with slashes, a month
    (`2024-07`) or a year alone, and those of RFC 822 (`Mon, 10 Jun 2024 08:00:00 +0200`). What is
    none of these is not known: whether `08.06.2024` is of June or of August is not guessed.
    """
    text = (published or "").strip()
    try:
        part = _PART.fullmatch(text)
        if part is not None:
            return _span(int(part[1]), None if part[2] is None else int(part[2]))
        slashes = _SLASHES.fullmatch(text)
        if slashes is not None:
            text = f"{slashes[1]}-{int(slashes[2]):02}-{int(slashes[3]):02}{slashes[4]}"
        mail = _MAIL.fullmatch(text)
        if mail is None and len(text) <= len("2024-01-31"):
            return _whole(date.fromisoformat(text))
        if mail is not None and mail["time"] is None:
            return _whole(parsedate_to_datetime(f"{text} 00:00").date())
        moment = datetime.fromisoformat(text) if mail is None else parsedate_to_datetime(text)
        zoned = moment.tzinfo is not None
        if zoned:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return Moment(None)
    return Moment(moment.date(), moment.isoformat(), moment.date(), zoned)


def _whole(day: Day) -> Moment:
    return Moment(day, day.isoformat(), day)


def _span(year: int, month: int | None) -> Moment:
    if month is None:
        return Moment(date(year, 1, 1), f"{year:04}", date(year, 12, 31))
    last = date(year, month, monthrange(year, month)[1])
    return Moment(last.replace(day=1), f"{year:04}-{month:02}", last)
