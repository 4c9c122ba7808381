"""How far each rule is to be believed: what gold has shown of it, and what is known beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from annotate.pipeline.rules.scores import rule_scores
from annotate.pipeline.span_crf.prior import LabelPrior, rule_spans
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.weak import rule_labels

_BELIEVED = 4.0  # spans that what is known beforehand counts as much as
_RECALL = 0.7  # of the rules, as known beforehand
_MOST = 3.0  # log odds
_STRENGTH = 3.0  # of the rules against the network; 1, 2 and 3 were tried (benchmarks/README.md)


def fit_prior(
    rules: Language,
    docs: Iterable[Doc],
    *,
    labels: Sequence[str],
    aliases: Mapping[str, str],
) -> list[LabelPrior]:
    """Return the prior of every label that the rules know, counted in `docs`."""
    counts = PriorCounts(rules, labels=labels, aliases=aliases)
    for gold in docs:
        counts.add(gold, rules(gold.text))
    return counts.priors()


class PriorCounts:
    """What gold shows of the rules, document by document.

    The weight of a rule follows from the log odds that its spans are exactly right, that against
    spans which begin outside of all rules' from the odds that what people marked was touched by a
    rule; both are counted in gold, where the label was annotated, and shrunk to what is known
    beforehand. A rule that is wrong more often than right has no weight.
    """

    def __init__(
        self, rules: Language, *, labels: Sequence[str], aliases: Mapping[str, str]
    ) -> None:
        self._labels = labels
        self._group, self._names = rule_labels(rules, labels, aliases)
        self._right: dict[str, Counter[str]] = {label: Counter() for label in self._names}
        self._made: dict[str, Counter[str]] = {label: Counter() for label in self._names}
        self._touched: Counter[str] = Counter()
        self._marked: Counter[str] = Counter()

    def add(self, gold: Doc, found: Doc) -> None:
        """Count one document as people marked it, and what the rules `found` in its text."""
        annotated = gold.spans[SPANS_KEY].attrs.get("labels", self._labels)
        for label, name in self._names.items():
            if name not in annotated:
                continue
            places = {(s.start, s.end) for s in gold.spans[SPANS_KEY] if s.label_ == name}
            covered = np.zeros(len(gold) + 1, dtype=bool)
            for start, end, rule in rule_spans(found, self._group, label):
                self._made[label][rule] += 1
                self._right[label][rule] += (start, end) in places
                covered[start:end] = True
            self._marked[label] += len(places)
            self._touched[label] += sum(bool(covered[start:end].any()) for start, end in places)

    def priors(self) -> list[LabelPrior]:
        """Return the prior of every label that the rules know."""
        expected = rule_scores()
        return [
            LabelPrior(
                chain=name,
                group=self._group,
                label=label,
                inside={
                    rule: _STRENGTH
                    * _log_odds(
                        self._right[label][rule],
                        self._made[label][rule],
                        expected.get(rule, 0.5),
                    )
                    for rule in sorted({*self._made[label], *_rules_of(label, expected)})
                },
                outside=_log_odds(self._touched[label], self._marked[label], _RECALL),
            )
            for label, name in self._names.items()
        ]


def _rules_of(label: str, rules: Mapping[str, float]) -> list[str]:
    return [rule for rule in rules if rule.startswith(label.lower())]


def _log_odds(right: int, of: int, expected: float) -> float:
    """Return log odds, shrunk to `expected`, between none and the most that a prior may say."""
    share = (right + _BELIEVED * expected) / (of + _BELIEVED)
    return round(float(np.clip(np.log(share / (1 - share)), 0.0, _MOST)), 3)
