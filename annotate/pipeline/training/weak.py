"""What the rules say where nobody has annotated: weak labels (Ratner et al. 2017), by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from annotate.pipeline.rule_labels import RULES_KEY, weak_group
from annotate.pipeline.training.config import SPANS_KEY

RULES_BATCH = 16
"""Texts that the rules are given at a time."""


def rule_labels(
    rules: Language, labels: Sequence[str], aliases: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Return the rules' span group that fits `labels`, and rules' label → its name among `labels`.

    `aliases` maps labels that the rules know to what they are called here. A pipeline without rules
    knows no label.
    """
    former = {now: was for was, now in aliases.items()}
    group, known = weak_group([former.get(label, label) for label in labels])
    if not rules.has_pipe(RULES_KEY):
        known = ()
    return group, {label: aliases.get(label, label) for label in known}


def weak_docs(
    rules: Language,
    texts: Iterable[str],
    *,
    labels: Sequence[str],
    wanted: Sequence[str] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Iterator[Doc]:
    """Yield the texts labelled by the rules, as if that were gold.

    Labels that the rules do not know, or that are not among `wanted` (by default all are), are
    unknown there; where none is left, there is nothing.
    """
    group, names = rule_labels(rules, labels, aliases or {})
    names = {was: now for was, now in names.items() if wanted is None or now in wanted}
    if not names:
        return
    for found in rules.pipe(texts, batch_size=RULES_BATCH):
        doc = rules.make_doc(found.text)
        spans = _spans(doc, found, group, names)
        attrs = {"labels": list(names.values())}
        doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)
        yield doc


def fill_unknown(
    rules: Language,
    docs: Sequence[Doc],
    *,
    labels: Sequence[str],
    aliases: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Give every gold document the rules' spans of the labels that nobody annotated there.

    A corpus without a label would teach that the label is rare. Returns, by label, the number of
    documents that got it from the rules.
    """
    fill = Filling(rules, labels=labels, aliases=aliases)
    for doc in docs:
        if fill.lacks(doc):
            fill(doc, rules(doc.text))
    return fill.counts()


class Filling:
    """The same, document by document, for whoever has asked the rules already."""

    def __init__(
        self,
        rules: Language,
        *,
        labels: Sequence[str],
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self._labels = labels
        self._group, self._names = rule_labels(rules, labels, aliases or {})
        self._filled: Counter[str] = Counter()

    def lacks(self, doc: Doc) -> dict[str, str]:
        """Return the labels that nobody annotated there and that the rules know: theirs → ours."""
        annotated = _annotated(doc, self._labels)
        return {was: now for was, now in self._names.items() if now not in annotated}

    def __call__(self, doc: Doc, found: Doc) -> None:
        """Give a gold document what it lacks of what the rules `found` in its text."""
        missing = self.lacks(doc)
        if not missing:
            return
        spans = [*doc.spans[SPANS_KEY], *_spans(doc, found, self._group, missing)]
        # What stood there parallel to the spans (ids, choices) goes: there are more spans now.
        attrs = {"labels": [*_annotated(doc, self._labels), *missing.values()]}
        doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)
        self._filled.update(missing.values())

    def counts(self) -> dict[str, int]:
        """Return, by label, the number of documents that got it from the rules."""
        return dict(sorted(self._filled.items()))


def _annotated(doc: Doc, labels: Sequence[str]) -> Sequence[str]:
    found: Sequence[str] = doc.spans[SPANS_KEY].attrs.get("labels", labels)
    return found


def _spans(doc: Doc, found: Doc, group: str, names: Mapping[str, str]) -> list[Span]:
    return [
        Span(doc, span.start, span.end, label=names[span.label_])
        for span in found.spans[group]
        if span.label_ in names
    ]
