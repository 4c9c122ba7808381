"""How far each rule is to be believed: what gold has shown of it, and what is known beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

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
    docs: Sequence[Doc],
    *,
    labels: Sequence[str],
    aliases: Mapping[str, str],
) -> list[LabelPrior]:
    """Return the prior of every label that the rules know.

    The weight of a rule follows from the log odds that its spans are exactly right, that against
    spans which begin outside of all rules' from the odds that what people marked was touched by a
    rule; both are counted in `docs` (gold, where the label was annotated) and shrunk to what is
    known beforehand. A rule that is wrong more often than right has no weight.
    """
    group, names = rule_labels(rules, labels, aliases)
    known = list(names)
    right: dict[str, Counter[str]] = {label: Counter() for label in known}
    made: dict[str, Counter[str]] = {label: Counter() for label in known}
    expected = rule_scores()
    touched: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for gold, found in zip(docs, rules.pipe(doc.text for doc in docs), strict=True):
        annotated = gold.spans[SPANS_KEY].attrs.get("labels", labels)
        for label in known:
            name = names[label]
            if name not in annotated:
                continue
            places = {(s.start, s.end) for s in gold.spans[SPANS_KEY] if s.label_ == name}
            covered = np.zeros(len(gold) + 1, dtype=bool)
            for start, end, rule in rule_spans(found, group, label):
                made[label][rule] += 1
                right[label][rule] += (start, end) in places
                covered[start:end] = True
            marked[label] += len(places)
            touched[label] += sum(bool(covered[start:end].any()) for start, end in places)
    return [
        LabelPrior(
            chain=names[label],
            group=group,
            label=label,
            inside={
                rule: _STRENGTH
                * _log_odds(right[label][rule], made[label][rule], expected.get(rule, 0.5))
                for rule in sorted({*made[label], *_rules_of(label, expected)})
            },
            outside=_log_odds(touched[label], marked[label], _RECALL),
        )
        for label in known
    ]


def _rules_of(label: str, rules: Mapping[str, float]) -> list[str]:
    return [rule for rule in rules if rule.startswith(label.lower())]


def _log_odds(right: int, of: int, expected: float) -> float:
    """Return log odds, shrunk to `expected`, between none and the most that a prior may say."""
    share = (right + _BELIEVED * expected) / (of + _BELIEVED)
    return round(float(np.clip(np.log(share / (1 - share)), 0.0, _MOST)), 3)
