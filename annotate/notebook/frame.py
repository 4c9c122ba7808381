"""Rows → a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from annotate.errors import UsageError
from annotate.quality.mentions import COLUMNS

if TYPE_CHECKING:  # optional, and slow to import
    import pandas as pd


def as_frame(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows of a table as a pandas DataFrame; one without rows still has the columns.

    `hedged` is pandas' own `boolean`, in which unknown is neither true nor false.

    >>> texts = ["Officials said the bridge may close."]
    >>> frame = annotate.as_frame(annotate.table(zip(texts, annotate.prelabel(texts))))
    >>> frame.groupby("label").size().to_dict()
    {'Claim': 1, 'Hedge': 1, 'Source': 1}

    Raises `UsageError` where pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(
            "a DataFrame needs pandas", hint="install it with: pip install pandas"
        ) from None
    held = [dict(row) for row in rows]
    frame = pd.DataFrame(held) if held else pd.DataFrame(columns=list(COLUMNS))
    if "hedged" in frame:  # True, False and unknown: pandas would keep objects, which have no mean
        frame["hedged"] = frame["hedged"].astype("boolean")
    return frame
