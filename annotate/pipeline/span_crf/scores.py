"""Precision, recall and F1 of predicted span groups, as spaCy's training loop asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example


def known_labels(example: Example, labels: Sequence[str], *, key: str) -> Sequence[str]:
    """Return which of the labels a reference says anything about: those that it names, or all."""
    group = example.reference.spans.get(key)
    known: Sequence[str] = labels if group is None else group.attrs.get("labels", labels)
    return known


def score_spans(examples: Iterable[Example], labels: Sequence[str], *, key: str) -> dict[str, Any]:
    """Return exact precision, recall and F1 over all labels, a label, and their mean."""
    tally = SpanTally(labels, key=key)
    tally.add(examples)
    return tally.scores()


class SpanTally:
    """The counts behind these scores, which add up over parts of a corpus."""

    def __init__(self, labels: Sequence[str], *, key: str) -> None:
        self._labels = labels
        self._key = key
        self._counts = {label: np.zeros(3) for label in labels}

    def add(self, examples: Iterable[Example]) -> None:
        """Count the spans of examples that were predicted."""
        for example in examples:
            known = set(known_labels(example, self._labels, key=self._key))
            gold, found = (
                {
                    (s.start_char, s.end_char, s.label_)
                    for s in doc.spans.get(self._key, ())
                    if s.label_ in known
                }
                for doc in (example.reference, example.predicted)
            )
            for label in known & self._counts.keys():
                ours, theirs = ({s for s in spans if s[2] == label} for spans in (found, gold))
                self._counts[label] += (len(ours & theirs), len(ours), len(theirs))

    def scores(self) -> dict[str, Any]:
        """Return the scores of everything that was counted."""
        counts, key = self._counts, self._key
        per_type = {label: _prf(*values) for label, values in counts.items()}
        overall = _prf(*sum(counts.values(), np.zeros(3)))
        present = [per_type[label]["f"] for label, values in counts.items() if values[1:].any()]
        return {
            f"spans_{key}_p": overall["p"],
            f"spans_{key}_r": overall["r"],
            f"spans_{key}_f": overall["f"],
            f"spans_{key}_per_type": per_type,
            "spans_macro_f": sum(present) / len(present) if present else 0.0,
        }


def _prf(found: float, predicted: float, gold: float) -> dict[str, float]:
    precision = found / predicted if predicted else 0.0
    recall = found / gold if gold else 0.0
    total = precision + recall
    return {"p": precision, "r": recall, "f": 2 * precision * recall / total if total else 0.0}


def judged_spans(
    docs: Iterable[Doc], gold: Iterable[Doc], labels: Sequence[str], *, key: str
) -> list[tuple[float, bool]]:
    """Return (score, whether it is exactly right) of the predicted spans of `docs`.

    `gold` are the same documents as people marked them; labels that a gold group does not name are
    left out.
    """
    judged: list[tuple[float, bool]] = []
    for doc, reference in zip(docs, gold, strict=True):
        group = reference.spans[key]
        known = group.attrs.get("labels", labels)
        places = {(span.start, span.end, span.label_) for span in group}
        found = doc.spans[key]
        judged += [
            (score, (span.start, span.end, span.label_) in places)
            for span, score in zip(found, found.attrs["scores"], strict=True)
            if span.label_ in known
        ]
    return judged
