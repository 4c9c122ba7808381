"""Boilerplate: lines that are no text of the article and get no spans."""

from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.tokens import Tokens

# Boilerplate is recognised by its first words; a long paragraph is not read to its end.
_TOKENS_READ = 40


def is_boilerplate(tokens: Tokens, lexicon: Lexicon) -> bool:
    """Say whether a paragraph is boilerplate, such as "Also read: …" or a photo credit."""
    texts, spaces = tokens.texts, tokens.spaces
    parts = [
        text + " " if space else text
        for text, space in zip(texts[:_TOKENS_READ], spaces[:_TOKENS_READ], strict=True)
    ]
    return lexicon.boilerplate.match("".join(parts)) is not None
