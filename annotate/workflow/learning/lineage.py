"""What a model's lineage tells: how it was judged, and on how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.quality import ground

NOT_JUDGED = "not judged by any gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Macro exact F1 on test articles before and after; `None` where there is no number.

    `reason` says why there is no number, or no interval of the difference.
    """

    articles: int
    incumbent: float | None
    candidate: float | None
    difference: float | None
    interval: ground.Interval | None
    decision: str
    reason: str | None


def judged(lineage: Mapping[str, Any]) -> Judged:
    """Return what the gate found, as the lineage keeps it; nothing for what no gate has seen."""
    verdict: Mapping[str, Any] = lineage.get("verdict") or {}
    if not verdict:
        return Judged(
            articles=0,
            incumbent=None,
            candidate=None,
            difference=None,
            interval=None,
            decision=str(lineage.get("state", "")),
            reason=NOT_JUDGED,
        )
    articles = int(verdict.get("articles") or 0)
    reason = verdict.get("ground") or ground.reason(articles)
    # What was kept before numbers needed ground says 0.0 where there was nothing to score.
    known = verdict if articles else {}
    return Judged(
        articles=articles,
        incumbent=known.get("incumbent"),
        candidate=known.get("candidate"),
        difference=known.get("difference"),
        interval=None if reason else ground.ends(known.get("low"), known.get("high")),
        decision=str(verdict.get("decision", "")),
        reason=reason,
    )
