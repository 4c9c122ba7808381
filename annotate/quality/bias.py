"""Whether people accept what the machine says: corrected work against blind work.

Pre-annotation speeds people up and can pull them towards itself (Fort and Sagot 2010, "Influence of
Pre-annotation on POS-tagged Corpus Development"; Berzak et al. 2016, "Anchoring and Agreement in
Syntactic Annotations"). Which articles are blind is decided by a hash, so that, were nobody pulled,
people would agree with a model equally often where they see its marks and where they do not.

Intervals are 95 % bootstrap intervals over articles, drawn apart for the two kinds of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from annotate.quality import ground

Verdict: TypeAlias = Literal["too few", "accepting", "unclear", "no sign"]

MIN_ARTICLES = 10
"""Of each kind; an interval over fewer says nothing."""

NEGLIGIBLE = 0.10
"""A difference in exact F1 of which an audit that found no sign can rule out as much."""

SAMPLES = 2000

_Numbers: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedWork:
    """One annotation; `found` of its spans a model marks alike (offsets and label).

    `predicted` counts the model's spans of the labels that were annotated. `lead_time` is in
    seconds.
    """

    article_id: str
    annotator: str
    blind: bool
    words: int
    spans: Mapping[str, int]
    found: int
    predicted: int
    lead_time: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One measure of both kinds of work, and the 95 % interval of the difference.

    What rests on too few articles of a kind is `None`, with the `reason`
    (`annotate.quality.ground`).
    """

    blind: float | None
    corrected: float | None
    low: float | None
    high: float | None
    reason: str | None = None

    @property
    def difference(self) -> float | None:
        """Return corrected less blind."""
        if self.corrected is None or self.blind is None:
            return None
        return self.corrected - self.blind


class Measure(NamedTuple):
    """A measure under its name; its numbers times `scale` are what is shown."""

    name: str
    held: Compared
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasAudit:
    """What an audit found; the measures are `None` where there is too little work."""

    verdict: Verdict
    reason: str
    blind_articles: int
    corrected_articles: int
    agreement: Compared | None = None
    """Exact F1 of annotation and prediction."""
    density: Compared | None = None
    """Spans per 100 words."""
    labels: Mapping[str, Compared] | None = None
    """Share of each label among the spans."""
    time: Compared | None = None
    """Median of seconds per 100 words; `None` also where the times are not known."""

    @property
    def measures(self) -> list[Measure]:
        """Every measure that there is, under the name that commands and pages show."""
        shares = self.labels or {}
        found = [
            ("exact F1 with the model, %", self.agreement, 100.0),
            ("spans per 100 words", self.density, 1.0),
            *((f"share of {name}, %", share, 100.0) for name, share in shares.items()),
            ("median seconds per 100 words", self.time, 1.0),
        ]
        return [Measure(name, held, scale) for name, held, scale in found if held is not None]


def audit_bias(works: Iterable[AuditedWork], *, seed: int = 0) -> BiasAudit:
    """Compare corrected with blind work.

    The rule: people *accept* what the machine says where the interval of the difference in
    agreement lies above 0. There is *no sign* of it where the interval holds 0 and its upper end is
    below 0.10, else it is *unclear*. Nothing is compared with fewer than 10 articles of a kind.
    """
    sides: dict[bool, list[AuditedWork]] = {True: [], False: []}
    for work in works:
        sides[work.blind].append(work)
    blind, corrected = sides[True], sides[False]
    unseen, seen = (len({work.article_id for work in side}) for side in (blind, corrected))
    if min(unseen, seen) < MIN_ARTICLES:
        return BiasAudit(
            verdict="too few",
            reason=f"{unseen} blind and {seen} corrected articles; {MIN_ARTICLES} of each are "
            "needed to tell anything",
            blind_articles=unseen,
            corrected_articles=seen,
        )
    rng = np.random.default_rng(seed)
    times = [_draws(side, rng) for side in (blind, corrected)]

    def compared(
        measure: Callable[[Sequence[AuditedWork], _Numbers], _Numbers],
        counts: Callable[[AuditedWork], bool],
    ) -> Compared:
        both = (blind, corrected)
        held = [len({work.article_id for work in side if counts(work)}) for side in both]
        whole = [
            float(measure(side, np.ones((1, len(side))))[0]) if articles else None
            for side, articles in zip(both, held, strict=True)
        ]
        interval = None
        if all(held):
            drawn = [measure(side, drawn) for side, drawn in zip(both, times, strict=True)]
            interval = ground.interval(drawn[1] - drawn[0], min(held))
        low, high = interval or (None, None)
        return Compared(
            blind=whole[0],
            corrected=whole[1],
            low=low,
            high=high,
            reason=ground.reason(min(held)),
        )

    agreement = compared(_agreement, _comparable)
    names = sorted({label for work in (*blind, *corrected) for label in work.spans})
    timed = all(any(_timed(work) for work in side) for side in (blind, corrected))
    verdict, reason = _judge(agreement)
    return BiasAudit(
        verdict=verdict,
        reason=reason,
        blind_articles=unseen,
        corrected_articles=seen,
        agreement=agreement,
        density=compared(_density, lambda work: work.words > 0),
        labels={name: compared(_share_of(name), _marked) for name in names},
        time=compared(_median_time, _timed) if timed else None,
    )


def _judge(agreement: Compared) -> tuple[Verdict, str]:
    if agreement.low is None or agreement.high is None:
        return "too few", f"nothing can be told: {agreement.reason}"
    told = (
        f"people agree with the model at {ground.percent(agreement.corrected)} % F1 where they see "
        f"its marks and at {ground.percent(agreement.blind)} % where they do not"
    )
    if agreement.low > 0:
        return "accepting", f"{told}: they seem to accept what it says"
    if agreement.high < NEGLIGIBLE:
        return "no sign", f"{told}: no sign that they accept what it says"
    return "unclear", f"{told}: too little work to tell whether they accept what it says"


def _draws(works: Sequence[AuditedWork], rng: np.random.Generator) -> _Numbers:
    """Return how often each annotation counts in each resample (resamples, annotations)."""
    ids = {name: row for row, name in enumerate(dict.fromkeys(w.article_id for w in works))}
    picked = rng.integers(0, len(ids), size=(SAMPLES, len(ids)))
    times = np.zeros((SAMPLES, len(ids)))
    np.add.at(times, (np.arange(SAMPLES)[:, None], picked), 1)
    drawn: _Numbers = times[:, [ids[work.article_id] for work in works]]
    return drawn


def _agreement(works: Sequence[AuditedWork], weights: _Numbers) -> _Numbers:
    marked = [work.predicted + sum(work.spans.values()) for work in works]
    return _ratio([2 * work.found for work in works], marked, weights)


def _density(works: Sequence[AuditedWork], weights: _Numbers) -> _Numbers:
    spans = [100 * sum(work.spans.values()) for work in works]
    return _ratio(spans, [work.words for work in works], weights)


def _share_of(label: str) -> Callable[[Sequence[AuditedWork], _Numbers], _Numbers]:
    def share(works: Sequence[AuditedWork], weights: _Numbers) -> _Numbers:
        ours = [work.spans.get(label, 0) for work in works]
        return _ratio(ours, [sum(work.spans.values()) for work in works], weights)

    return share


def _ratio(above: Sequence[float], below: Sequence[float], weights: _Numbers) -> _Numbers:
    total = weights @ np.asarray(below, dtype=np.float64)
    found: _Numbers = (weights @ np.asarray(above, dtype=np.float64)) / np.maximum(total, 1e-12)
    return found


def _marked(work: AuditedWork) -> bool:
    return any(work.spans.values())


def _comparable(work: AuditedWork) -> bool:
    return _marked(work) or work.predicted > 0


def _timed(work: AuditedWork) -> bool:
    return work.lead_time is not None and work.words > 0


def _median_time(works: Sequence[AuditedWork], weights: _Numbers) -> _Numbers:
    """Return the weighted median of the seconds per 100 words; unknown times do not count."""
    known = [index for index, work in enumerate(works) if _timed(work)]
    values = np.array([100 * (works[i].lead_time or 0.0) / works[i].words for i in known])
    order = np.argsort(values)
    reached = np.cumsum(weights[:, np.asarray(known)[order]], axis=1)
    half = reached[:, -1:] / 2
    middle: _Numbers = values[order][(reached >= half).argmax(axis=1)]
    return middle
