"""Datelines: "LOWHAVEN (Wire) — " before the first sentence of a story."""

from annotate.pipeline.rules.tokens import Tokens

_DASHES = frozenset({"-", "--", "—", "–"})
_LONGEST = 14


def dateline_length(tokens: Tokens) -> int:
    """Return the number of tokens of the dateline that opens a paragraph, 0 without one.

    A dateline starts with a capital and ends with a dash or with a closed bracket; up to there
    it holds names, dates and punctuation alone.
    """
    if not len(tokens) or not tokens.capital[0]:
        return 0
    bracket = False
    for index in range(1, min(len(tokens) - 1, _LONGEST)):
        text = tokens.texts[index]
        if text == "(":
            bracket = True
        elif text == ")" and bracket:
            following = index + 1
            if tokens.texts[following] in _DASHES:
                return following + 1
            return following if index > 2 and tokens.capital[following] else 0
        elif text in _DASHES and tokens.spaces[index]:
            named = bracket or tokens.texts[0].isupper() or tokens.texts[index - 1].isdigit()
            return index + 1 if named and len(tokens.texts[0]) > 1 else 0
        elif not bracket and not _is_dateline_word(index, tokens):
            return 0
    return 0


def _is_dateline_word(index: int, tokens: Tokens) -> bool:
    text = tokens.texts[index]
    return tokens.capital[index] or text[0].isdigit() or text in {",", ".", "/", "and"}
