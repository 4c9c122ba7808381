"""What the rules say where nobody has annotated: weak labels (Ratner et al. 2017), by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from annotate.pipeline.rule_labels import RULES_KEY, weak_group
from annotate.pipeline.training.config import SPANS_KEY


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
) -> list[Doc]:
    """Return the texts labelled by the rules, as if that were gold.

    Labels that the rules do not know, or that are not among `wanted` (by default all are), are
    unknown there; where none is left, nothing is returned.
    """
    group, names = rule_labels(rules, labels, aliases or {})
    names = {was: now for was, now in names.items() if wanted is None or now in wanted}
    if not names:
        return []
    docs: list[Doc] = []
    for found in rules.pipe(texts):
        doc = rules.make_doc(found.text)
        spans = _spans(doc, found, group, names)
        attrs = {"labels": list(names.values())}
        doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)
        docs.append(doc)
    return docs


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
    group, names = rule_labels(rules, labels, aliases or {})
    lacking = [
        (doc, {was: now for was, now in names.items() if now not in _annotated(doc, labels)})
        for doc in docs
    ]
    todo = [(doc, missing) for doc, missing in lacking if missing]
    filled: Counter[str] = Counter()
    for (doc, missing), found in zip(todo, rules.pipe(doc.text for doc, _ in todo), strict=True):
        gold = doc.spans[SPANS_KEY]
        spans = [*gold, *_spans(doc, found, group, missing)]
        # What stood there parallel to the spans (ids, choices) goes: there are more spans now.
        attrs = {"labels": [*_annotated(doc, labels), *missing.values()]}
        doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)
        filled.update(missing.values())
    return dict(sorted(filled.items()))


def _annotated(doc: Doc, labels: Sequence[str]) -> Sequence[str]:
    found: Sequence[str] = doc.spans[SPANS_KEY].attrs.get("labels", labels)
    return found


def _spans(doc: Doc, found: Doc, group: str, names: Mapping[str, str]) -> list[Span]:
    return [
        Span(doc, span.start, span.end, label=names[span.label_])
        for span in found.spans[group]
        if span.label_ in names
    ]
