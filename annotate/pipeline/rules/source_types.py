"""What kind of source a Source span names: named, unnamed, document or outlet."""

from collections.abc import Sequence

from annotate.pipeline.rules.lexicon import Lexicon

_KINDS = ("outlet", "unnamed", "document")
_OPENINGS = frozenset({"according", "to", "as", "by", "in", "the", "words", "of", "told"})


def source_type(texts: Sequence[str], lexicon: Lexicon) -> str | None:
    """Return the type of the source that a span names, from the texts of its tokens.

    The head of the first noun phrase decides, unless a name stands in apposition to it. None
    where the words do not tell, as with a pronoun or a cue that has no subject.
    """
    if not texts:
        return None
    words = [text.lower().replace("’", "'") for text in texts]
    start = _skip_opening(words, lexicon)
    end = _phrase_end(words, start, lexicon)
    if end <= start or words[end - 1] in lexicon.source_types["pronouns"]:
        return None
    head = words[end - 1]
    if head in lexicon.nouns and "'s" in words[start : end - 1]:
        return source_type(texts[start : words.index("'s", start)], lexicon)
    for kind in _KINDS:
        if head in lexicon.source_types[kind]:
            named = kind == "unnamed" and has_named_apposition(texts, end)
            return "named" if named else kind
    if has_named_apposition(texts, end):
        return "named"
    return "named" if _is_name(texts[end - 1], head, lexicon) else None


def head_of(texts: Sequence[str], lexicon: Lexicon) -> tuple[int, int]:
    """Return where the first noun phrase of a span begins and ends; empty where there is none.

    Positions among the texts of its tokens, half-open; the phrase's head is its last word.
    """
    words = [text.lower().replace("’", "'") for text in texts]
    start = _skip_opening(words, lexicon) if words else 0
    return start, _phrase_end(words, start, lexicon)


def _skip_opening(words: Sequence[str], lexicon: Lexicon) -> int:
    """Return where the source begins after a cue that stands first ("according to")."""
    if words[0] == "according" or (words[0] == "as" and "by" in words):
        start = 0
        while start < len(words) and words[start] in _OPENINGS:
            start += 1
        return start
    verb = lexicon.verbs.get(words[0])
    return 1 if verb is not None and not verb.noun and len(words) > 1 else 0


def _phrase_end(words: Sequence[str], start: int, lexicon: Lexicon) -> int:
    """Return where the first noun phrase ends: before its cue, a preposition or a comma."""
    function = lexicon.words
    for index in range(start, len(words)):
        word = words[index]
        if index == start and word in function.prepositions:
            return start
        verb = lexicon.verbs.get(word)
        if index > start and (
            word in function.prepositions
            or word in function.relative_pronouns
            or word in function.auxiliaries - {"'s", "first", "all", "both"}
            or (verb is not None and (not verb.noun or index + 1 == len(words)))
            or word.endswith(("ed", "ly"))
            or not (word[0].isalnum() or word.startswith(("'", "-")))
        ):
            return index
    return len(words)


def has_named_apposition(texts: Sequence[str], end: int) -> bool:
    """Say whether a name of two words follows after a comma ("the envoy to Lowhaven, Jon Tiel")."""
    return any(
        texts[index] == "," and texts[index + 1][:1].isupper() and texts[index + 2][:1].isupper()
        for index in range(end, len(texts) - 2)
    )


def _is_name(text: str, word: str, lexicon: Lexicon) -> bool:
    return text[:1].isupper() and word not in lexicon.words.determiners and text[:1].isalpha()
