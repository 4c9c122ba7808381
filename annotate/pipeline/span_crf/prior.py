"""What the rules said, as a prior on the states of the chains.

A product of experts (Hinton 2002) in which the rules are one: the path that marks exactly what a
rule marked scores higher by the rule's weight, one that begins a span where no rule marked anything
lower. The network learns what is left to say, and where gold has shown nothing the rules go on
being heard.

No postponed annotations here: spaCy reads those of the factory at run time.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from annotate.pipeline.span_crf.chain import BEGIN, STATES, UNIT, span_states

RULES_ATTR = "rules"
"""Attribute of a span group: the name of the rule that made each span, parallel to the group."""


class LabelPrior(TypedDict):
    """The prior of one label: weights are added to scores, in nats."""

    chain: str
    """The label of the chain; of a label with two chains the outer one has the prior."""
    group: str
    label: str
    """Group and label of the rules' spans."""
    inside: dict[str, float]
    """What a rule's span as a whole scores higher, however long it is; other rules say nothing."""
    outside: float
    """What a span scores lower that begins where no rule marked anything."""


def with_prior(
    docs: Sequence[Doc], scores: Sequence[Any], chains: Sequence[str], prior: Sequence[LabelPrior]
) -> list[Any]:
    """Return the network's scores (tokens, chains * states) of documents with the prior added."""
    if not prior:
        return list(scores)
    return [
        score + prior_scores(doc, chains, prior) for doc, score in zip(docs, scores, strict=True)
    ]


def prior_scores(
    doc: Doc, chains: Sequence[str], prior: Sequence[LabelPrior]
) -> npt.NDArray[np.float32]:
    """Return what is added to the scores of a document (tokens, chains * states)."""
    added = np.zeros((len(doc), len(chains), STATES), dtype=np.float32)
    for entry in prior:
        if entry["chain"] not in chains:
            continue
        column = added[:, chains.index(entry["chain"])]
        taken = np.zeros(len(doc), dtype=bool)
        for start, end, rule in rule_spans(doc, entry["group"], entry["label"]):
            weight = entry["inside"].get(rule, 0.0)
            if taken[start:end].any():
                continue  # the outer one of nested spans has the chain
            taken[start:end] = True
            column[np.arange(start, end), span_states(end - start)] += weight / (end - start)
        for opening in (BEGIN, UNIT):
            column[~taken, opening] -= entry["outside"]
    return added.reshape(len(doc), -1)


def rule_spans(doc: Doc, group: str, label: str) -> list[tuple[int, int, str]]:
    """Return the rules' spans of a label, the longest first: tokens, half-open, and the rule."""
    spans = doc.spans.get(group, ())
    rules = spans.attrs.get(RULES_ATTR) if len(spans) else None
    found = [
        (span.start, span.end, "" if rules is None else rules[index])
        for index, span in enumerate(spans)
        if span.label_ == label
    ]
    return sorted(found, key=lambda span: span[0] - span[1])
