"""Fixtures for the rules: the lexicon, and paragraphs written as plain text."""

from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language

from annotate.pipeline.rules.context import Context, make_context
from annotate.pipeline.rules.doc_view import paragraph_views
from annotate.pipeline.rules.labelling import label_paragraph
from annotate.pipeline.rules.lexicon import Lexicon, load_lexicon

Found = list[tuple[str, str]]


@pytest.fixture(scope="session")
def nlp() -> Language:
    return spacy.blank("en")


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def context(nlp: Language, lexicon: Lexicon) -> Callable[[str], Context]:
    """Make the context of a text of one paragraph."""

    def make(text: str) -> Context:
        (view,) = paragraph_views(nlp.make_doc(text))
        return make_context(view.tokens, lexicon)

    return make


@pytest.fixture(scope="session")
def label(nlp: Language, lexicon: Lexicon) -> Callable[[str], Found]:
    """Label a text: (label, text) of each span, in order."""

    def find(text: str) -> Found:
        doc = nlp.make_doc(text)
        found = []
        for view in paragraph_views(doc):
            for span in label_paragraph(view.tokens, lexicon).spans:
                start, end = view.to_doc(span.start, span.end)
                found.append((span.label, doc[start:end].text))
        return found

    return find
