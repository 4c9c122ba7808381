"""Corrections, counted by label, model version, annotator, score, outlet and rule."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from annotate.quality import ground
from annotate.quality.corrections.examples import example_of
from annotate.quality.corrections.links import LinkCorrection
from annotate.quality.corrections.spans import Correction
from annotate.records import Article, Prediction, Span

By: TypeAlias = Literal["label", "model", "annotator", "score", "outlet", "rule"]

BY: tuple[By, ...] = get_args(By)

NO_SCORE = "no score"
NO_RULE = "no rule"
NO_OUTLET = "no outlet"
NOT_PREDICTED = "not predicted"
"""Where added spans stand, of which no machine gave a score or a rule."""

_LAST = 9  # tenth of the scores


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedWork:
    """One annotation of one article, and what it changed in the prediction that was shown.

    `rules` names, by span id of the prediction, the rule that marks this place with this label.
    `unjudged` counts predicted spans and links of labels that nobody annotated there.
    """

    article: Article
    annotation_id: str
    annotator: str
    prediction: Prediction
    spans: tuple[Correction, ...]
    links: tuple[LinkCorrection, ...]
    rules: Mapping[str, str] = field(default_factory=dict)
    unjudged: int = 0
    anew: int = 0
    """Actions of marking the same from nothing."""

    @property
    def actions(self) -> int:
        """Return the clicks, keys and drags of all corrections."""
        spans = sum(found.actions for found in self.spans)
        return spans + sum(found.actions for found in self.links)


@dataclass(slots=True)
class Fates:
    """What became of predicted spans: `fates` counts them by kind, each span once.

    `added` counts annotated spans that nobody had predicted. `actions` are those of all of these
    spans. A split or merge costs where its first predicted span stands.
    """

    fates: Counter[str] = field(default_factory=Counter)
    added: int = 0
    actions: int = 0
    articles: dict[str, list[int]] = field(default_factory=dict)
    """Predicted and accepted spans by article."""

    @property
    def predicted(self) -> int:
        """Return how many spans were predicted."""
        return self.fates.total()

    @property
    def accepted(self) -> float | None:
        """Return the share of the predicted spans that was left as it was; `None` without any."""
        return self.fates["accepted"] / self.predicted if self.predicted else None

    @property
    def rests_on(self) -> int:
        """Return how many articles hold a predicted span."""
        return sum(predicted > 0 for predicted, _ in self.articles.values())

    @property
    def reason(self) -> str | None:
        """Return why there is no share, or no interval of it."""
        few = ground.reason(self.rests_on)
        if few is not None:
            return few
        kept, every = self.fates["accepted"], self.predicted
        if all(k * every == n * kept for n, k in self.articles.values()):
            return "all articles have the same share, which gives an interval no width"
        return None

    def interval(self) -> ground.Interval | None:
        """Return the 95 % interval of the accepted share; `None` with a `reason`.

        Spans of one article are alike, so that the articles are the sample: a ratio estimator with
        its linearised variance (Cochran 1977, 6.3), within 0 and 1. Where every article has the
        same share, as where all was accepted, that variance is 0 and says nothing.
        """
        share = self.accepted
        if share is None or self.reason is not None:
            return None
        squares = sum((kept - share * all_) ** 2 for all_, kept in self.articles.values())
        articles = self.rests_on
        error = math.sqrt(squares * articles / (articles - 1)) / self.predicted
        return max(0.0, share - 1.96 * error), min(1.0, share + 1.96 * error)


@dataclass(slots=True)
class RuleFates:
    """What became of the spans of one rule; `kept` ones have its label still, wherever they end."""

    rule: str
    label: str
    kept: int = 0
    changed: int = 0
    """Of the kept ones: those that were moved, split or merged, or have other choices."""
    relabelled: int = 0
    deleted: int = 0
    articles: set[str] = field(default_factory=set)
    example: str | None = None
    """The first span that was deleted, in its text."""


class Tally:
    """Counts works as they come; memory grows with groups and articles, not with spans."""

    def __init__(self) -> None:
        self.all = Fates()
        self.groups: dict[By, dict[str, Fates]] = {by: {} for by in BY}
        self.links: dict[str, Counter[str]] = {}
        self.rules: dict[tuple[str, str], RuleFates] = {}
        self.annotations = 0
        self.unjudged = 0
        self.actions = 0
        self.anew = 0

    def add(self, work: CorrectedWork) -> None:
        """Count one annotation."""
        self.annotations += 1
        self.unjudged += work.unjudged
        self.actions += work.actions
        self.anew += work.anew
        for found in work.spans:
            self._add_span(work, found)
        for link in work.links:
            self.links.setdefault(link.label, Counter())[link.kind] += 1

    def by(self, by: By) -> dict[str, Fates]:
        """Return the groups, in the order of their names."""
        return dict(sorted(self.groups[by].items()))

    def deleted_rules(self) -> list[RuleFates]:
        """Return the rules whose spans were deleted more often than kept, the worst first."""
        found = (fates for fates in self.rules.values() if fates.deleted > fates.kept)
        return sorted(found, key=lambda r: (r.kept - r.deleted, r.rule, r.label))

    def _add_span(self, work: CorrectedWork, found: Correction) -> None:
        article = work.article.article_id
        for number, span in enumerate(found.before):
            actions = 0 if number else found.actions
            for fates in self._of(work, span, predicted=True):
                fates.fates[found.kind] += 1
                fates.actions += actions
                counts = fates.articles.setdefault(article, [0, 0])
                counts[0] += 1
                counts[1] += found.kind == "accepted"
            rule = work.rules.get(span.id)
            if rule is not None:
                self._add_rule(rule, span, found, work.article)
        if not found.before:
            for fates in self._of(work, found.after[0], predicted=False):
                fates.added += 1
                fates.actions += found.actions

    def _add_rule(self, rule: str, span: Span, found: Correction, article: Article) -> None:
        key = (rule, span.label)
        fates = self.rules.setdefault(key, RuleFates(rule, span.label))
        fates.articles.add(article.article_id)
        if found.kind == "deleted":
            fates.deleted += 1
            if fates.example is None:
                fates.example = f"{article.article_id}: {example_of(article.text, found)}"
        elif found.kind == "relabelled":
            fates.relabelled += 1
        else:
            fates.kept += 1
            fates.changed += found.kind != "accepted"

    def _of(self, work: CorrectedWork, span: Span, *, predicted: bool) -> Iterator[Fates]:
        yield self.all
        names: dict[By, str] = {
            "label": span.label,
            "model": work.prediction.model_version,
            "annotator": work.annotator,
            "outlet": work.article.outlet or NO_OUTLET,
            "score": score_band(work.prediction.scores.get(span.id)),
            "rule": work.rules.get(span.id, NO_RULE),
        }
        if not predicted:
            names["score"] = names["rule"] = NOT_PREDICTED
        for by, name in names.items():
            groups = self.groups[by]
            fates = groups.get(name)
            if fates is None:
                fates = groups[name] = Fates()
            yield fates


def score_band(score: float | None) -> str:
    """Return the tenth of [0, 1] in which a score lies, as `0.8–0.9`; 1 is in the last one."""
    if score is None:
        return NO_SCORE
    tenth = min(_LAST, int(score * 10 + 1e-9))
    return f"{tenth / 10:.1f}–{(tenth + 1) / 10:.1f}"
