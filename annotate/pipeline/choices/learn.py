"""Gold documents → what people choose for which spans."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from spacy.tokens import Doc

from annotate.pipeline.choices.features import span_features
from annotate.pipeline.choices.model import ChoiceModel, Example, fit_choice
from annotate.pipeline.rules.lexicon import load_lexicon


def learn_choices(docs: Iterable[Doc], *, key: str) -> tuple[ChoiceModel, ...]:
    """Return a model for every choice of every label of which there is enough to learn."""
    seen = ChosenSpans(key=key)
    for doc in docs:
        seen.add(doc)
    return seen.models()


class ChosenSpans:
    """What people chose for which spans, document by document.

    Spans for which nobody chose anything say nothing; of several options the first counts. Memory
    keeps the features of every other span, each word of them once.
    """

    def __init__(self, *, key: str) -> None:
        self._key = key
        self._lexicon = load_lexicon()
        self._examples: dict[tuple[str, str], list[Example]] = {}

    def add(self, doc: Doc) -> None:
        """Take up the choices of one document."""
        group = doc.spans[self._key]
        for span, chosen in zip(group, group.attrs.get("attributes", ()), strict=False):
            if not any(chosen.values()):
                continue
            found = span_features(doc, span.start, span.end, self._lexicon)
            features = tuple(map(sys.intern, found))
            for name, options in chosen.items():
                if options:
                    pairs = self._examples.setdefault((span.label_, name), [])
                    pairs.append((features, sys.intern(options[0])))

    def models(self) -> tuple[ChoiceModel, ...]:
        """Return a model for every choice of every label of which there is enough to learn."""
        found = (
            fit_choice(label, name, pairs)
            for (label, name), pairs in sorted(self._examples.items())
        )
        return tuple(model for model in found if model is not None)
