"""How dense the marks are and which labels they have: blind and shown work, outlet by outlet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.quality.report.work import Work

NO_OUTLET = "no outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The marks of some work; `shares` has a label's share of all spans, `None` without spans."""

    name: str
    annotations: int
    words: int
    spans: int
    per_100_words: float | None
    shares: tuple[float | None, ...]


def mixes(works: Sequence[Work], labels: Sequence[str]) -> list[Mix]:
    """Return the mixes of all work, of blind and of shown work, and of every outlet, by name."""
    found = [
        _mix("all", works, labels),
        _mix("blind", [work for work in works if work.blind], labels),
        _mix("shown", [work for work in works if not work.blind], labels),
    ]
    outlets = _grouped(works, lambda work: work.outlet or NO_OUTLET)
    return found + [_mix(name, theirs, labels) for name, theirs in outlets]


def _grouped(works: Iterable[Work], key: Callable[[Work], str]) -> list[tuple[str, list[Work]]]:
    groups: dict[str, list[Work]] = {}
    for work in works:
        groups.setdefault(key(work), []).append(work)
    return sorted(groups.items())


def _mix(name: str, works: Sequence[Work], labels: Sequence[str]) -> Mix:
    counts: Counter[str] = Counter()
    for work in works:
        counts.update(work.spans)
    words = sum(work.words for work in works)
    return make_mix(name, annotations=len(works), words=words, counts=counts, labels=labels)


def make_mix(
    name: str, *, annotations: int, words: int, counts: Mapping[str, int], labels: Sequence[str]
) -> Mix:
    """Return the mix of so many annotations; `counts` has every label that occurs."""
    spans = sum(counts.get(label, 0) for label in labels)
    return Mix(
        name=name,
        annotations=annotations,
        words=words,
        spans=spans,
        per_100_words=100 * spans / words if words else None,
        shares=tuple(counts.get(label, 0) / spans if spans else None for label in labels),
    )
