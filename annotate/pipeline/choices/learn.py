"""Gold documents → what people choose for which spans."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc

from annotate.pipeline.choices.features import span_features
from annotate.pipeline.choices.model import ChoiceModel, Example, fit_choice
from annotate.pipeline.rules.lexicon import load_lexicon


def learn_choices(docs: Iterable[Doc], *, key: str) -> tuple[ChoiceModel, ...]:
    """Return a model for every choice of every label of which there is enough to learn.

    Spans for which nobody chose anything say nothing; of several options the first counts.
    """
    lexicon = load_lexicon()
    examples: dict[tuple[str, str], list[Example]] = {}
    for doc in docs:
        group = doc.spans[key]
        for span, chosen in zip(group, group.attrs.get("attributes", ()), strict=False):
            if not any(chosen.values()):
                continue
            features = span_features(doc, span.start, span.end, lexicon)
            for name, options in chosen.items():
                if options:
                    pairs = examples.setdefault((span.label_, name), [])
                    pairs.append((features, options[0]))
    found = (fit_choice(label, name, pairs) for (label, name), pairs in sorted(examples.items()))
    return tuple(model for model in found if model is not None)
