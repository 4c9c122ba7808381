"""What of a span and its neighbourhood says which option somebody chooses for it."""

from __future__ import annotations

from spacy.lang.lex_attrs import word_shape
from spacy.tokens import Doc

from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.source_types import has_named_apposition, head_of, source_type

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
    found.add(f"apposition {has_named_apposition(texts, last)}")
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
