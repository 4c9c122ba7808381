"""Languages: spaCy's blank pipelines, whose tokenizers decide where a span can begin and end."""

from __future__ import annotations

import spacy
from spacy.language import Language

from annotate.errors import ModelError
from annotate.pipeline.rule_labels import ENGLISH


def blank(language: str = ENGLISH) -> Language:
    """Return spaCy's blank pipeline of a language, by its code ("de", "zh", "xx" for any).

    Raises `ModelError` where spaCy does not know it, or needs a package that is not installed.
    """
    try:
        return spacy.blank(language)
    except ImportError as error:
        raise ModelError(
            f"language: {language}: {str(error).strip().splitlines()[0]}",
            hint="use a code of spaCy's (https://spacy.io/usage/models#languages), or xx for any",
        ) from None
