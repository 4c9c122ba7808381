"""Time stamps as the mirror's tables keep them: ISO 8601, UTC, microseconds.

Text of one length and one zone sorts as the times do, so that SQL may compare it.
"""

from __future__ import annotations

from datetime import datetime
from typing import overload


@overload
def stamp_to_text(stamp: datetime) -> str: ...
@overload
def stamp_to_text(stamp: None) -> None: ...
def stamp_to_text(stamp: datetime | None) -> str | None:
    """Return a time as text; `None` stays."""
    return None if stamp is None else stamp.isoformat(timespec="microseconds")


def stamp_from_text(text: str | None) -> datetime | None:
    """Return the time of a text that `stamp_to_text` made; `None` stays."""
    return None if text is None else datetime.fromisoformat(text)
