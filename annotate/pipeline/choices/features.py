"""What of a span and its neighbourhood says which option somebody chooses for it."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.lang.lex_attrs import word_shape
from spacy.tokens import Doc

from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.source_types import head_of, source_type

_MANY = 3


def span_features(doc: Doc, start: int, end: int, lexicon: Lexicon) -> list[str]:
    """Return the features of the tokens from `start` to `end` (half-open), each once.

    Words and their endings; the head of the first noun phrase, its form, determiner and kind; how
    many words are written as names; what the rule for sources says; the words on either side.
    """
    texts = [token.text for token in doc[start:end]]
    words = [text.lower().replace("’", "'") for text in texts]
    found = {"any", f"first {words[0]}", f"last {words[-1]}", f"length {min(len(words), 6)}"}
    found.update(f"word {word}" for word in words)
    found.update(f"ending {word[-3:]}" for word in words)
    found.update(f"shape {word_shape(text)}" for text in texts[:4])
    found.add(f"names {min(_MANY, sum(text[:1].isupper() for text in texts[1:]))}")
    found.add(f"capital {texts[0][:1].isupper()}")
    found.add(f"rule {source_type(texts, lexicon)}")
    if len(words) > 1:
        found.add(f"opening {words[0]} {words[1]}")
    if start:
        found.add(f"before {doc[start - 1].lower_}")
    if end < len(doc):
        found.add(f"after {doc[end].lower_}")
    first, last = head_of(texts, lexicon)
    later = texts[last:]
    found.add(f"apposition {_names_somebody(later)}")
    if last <= first:
        return sorted(found | {"headless"})
    head = words[last - 1]
    found |= {
        f"head {head}",
        f"head ending {head[-4:]}",
        f"head shape {word_shape(texts[last - 1])}",
        f"determiner {words[first]}",
        f"plural {head.endswith('s')}",
        f"phrase {min(4, last - first)}",
        f"phrase names {min(_MANY, sum(text[:1].isupper() for text in texts[first:last]))}",
    }
    found.update(f"kind {kind}" for kind, heads in lexicon.source_types.items() if head in heads)
    return sorted(found)


def _names_somebody(texts: Sequence[str]) -> bool:
    """Tell whether two capitalised words follow a comma ("the envoy to Lowhaven, Jon Tiel")."""
    return any(
        comma == "," and one[:1].isupper() and two[:1].isupper()
        for comma, one, two in zip(texts, texts[1:], texts[2:], strict=False)
    )
