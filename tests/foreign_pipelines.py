"""spaCy pipelines as other people make them: by patterns, and trained on the sample corpus."""

import random

import spacy
from spacy.tokens import SpanGroup
from spacy.training import Example
from spacy.util import filter_spans, minibatch

_PATTERNS = [
    {"label": "PERSON", "pattern": [{"LOWER": "officials"}]},
    {"label": "WEATHER", "pattern": [{"LOWER": "rain"}]},
]


def ruler(component="entity_ruler", *, patterns=_PATTERNS, **config):
    """Return a pipeline of patterns."""
    nlp = spacy.blank("en")
    nlp.add_pipe(component, config=config).add_patterns(patterns)
    return nlp


def trained(component, lines, *, labels, epochs=30, **config):
    """Return a `spancat` or `ner` that was trained on lines of gold: entities cannot overlap."""
    nlp = spacy.blank("en")
    nlp.add_pipe(component, config=config)
    examples = []
    for line in lines:
        doc, reference = nlp.make_doc(line.article.text), nlp.make_doc(line.article.text)
        spans = [
            reference.char_span(span.start, span.end, label=span.label, alignment_mode="expand")
            for span in line.spans
            if span.label in labels
        ]
        if component == "ner":
            reference.ents = filter_spans(spans)
        else:
            reference.spans["sc"] = SpanGroup(reference, name="sc", spans=spans)
        examples.append(Example(doc, reference))
    order = random.Random(0)  # noqa: S311 - no secret
    spacy.util.fix_random_seed(0)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        order.shuffle(examples)
        for batch in minibatch(examples, size=2):
            nlp.update(batch, sgd=optimizer)
    return nlp
