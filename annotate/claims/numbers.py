"""Numbers in English text, written in digits or words, so that 12, "twelve" and "a dozen" are one.

"One" and "a" alone are no numbers here: they mostly are articles and pronouns.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "hundreds": 10**2,
    "thousands": 10**3,
    "millions": 10**6,
    "dozens": 12,
}
_SHORT = frozenset(("k", "m", "mn", "bn", "tn"))
"""Scales only where they follow digits."""

_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        start=1,
    )
}
_PARTS = {"half": "1/2", "halves": "1/2", "quarter": "1/4", "quarters": "1/4"}
_SIGNS = {
    "%": "%",
    "percent": "%",
    "pc": "%",
    "$": "$",
    "dollar": "$",
    "dollars": "$",
    "£": "£",
    "pound": "£",
    "pounds": "£",
    "€": "€",
    "euro": "€",
    "euros": "€",
}
_TOKEN = re.compile(
    r"[$£€%]|(?P<number>\d+(?:[,.:]\d+)*)(?P<suffix>st|nd|rd|th|k|mn?|bn|tn|am|pm)?(?![^\W\d_])"
    r"|\d+|[^\W\d_]+",
    re.IGNORECASE,
)


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text, each as one string: its value, with `%` or a currency's sign.

    Ordinals are told from counts (`2nd`), and halves and quarters from both.
    """
    tokens = _tokens(text)
    found: set[str] = set()
    place = 0
    while place < len(tokens):
        read, after = _number(tokens, place)
        if read is None:
            part = _PARTS.get(tokens[place])
            if part is not None:
                found.add(part)
            place += 1
            continue
        value, ordinal = read
        sign = _sign(tokens, place - 1) or _sign(tokens, after)
        if not sign and after + 1 < len(tokens) and tokens[after : after + 2] == ["per", "cent"]:
            sign = "%"
        found.add(f"{value}{'th' if ordinal else ''}{sign}")
        place = after
    return frozenset(found)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for match in _TOKEN.finditer(text.casefold()):
        if match["number"]:
            tokens.append(match["number"])
            if match["suffix"]:
                tokens.append(match["suffix"])
        else:
            tokens.append(match[0])
    return tokens


def _sign(tokens: list[str], place: int) -> str:
    return _SIGNS.get(tokens[place], "") if 0 <= place < len(tokens) else ""


def _number(tokens: list[str], start: int) -> tuple[tuple[str, bool] | None, int]:
    """Return the number that begins at a token (value, whether ordinal), and where it ends."""
    first = tokens[start]
    if first[0].isdigit():
        value = _digits(first)
        after = start + 1
        if after < len(tokens) and tokens[after] in ("st", "nd", "rd", "th"):
            return (_shown(value), True), after + 1
        if isinstance(value, Decimal):
            while after < len(tokens) and tokens[after] in _SCALES:
                value *= _SCALES[tokens[after]]
                after += 1
        return (_shown(value), False), after
    if first in _ORDINALS:
        return (str(_ORDINALS[first]), True), start + 1
    return _written(tokens, start)


def _digits(token: str) -> Decimal | str:
    """Return the value of digits; a time or a version (12:30, 1.2.3) stands for itself."""
    plain = token.replace(",", "")
    if ":" in plain or plain.count(".") > 1:
        return plain
    try:
        return Decimal(plain)
    except InvalidOperation:  # digits of another script than Decimal knows
        return plain


def _written(tokens: list[str], start: int) -> tuple[tuple[str, bool] | None, int]:
    total = current = 0
    place = start
    seen: list[str] = []
    while place < len(tokens):
        word = tokens[place]
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word in _SCALES and word not in _SHORT:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
        elif word in _ORDINALS and seen and seen[-1] in _TENS:  # twenty-first
            return (str(total + current + _ORDINALS[word]), True), place + 1
        elif not (word == "and" and seen and seen[-1] == "hundred" and _counts(tokens, place + 1)):
            break
        seen.append(word)
        place += 1
    if not seen or seen == ["one"]:
        return None, start + 1
    return (str(total + current), False), place


def _counts(tokens: list[str], place: int) -> bool:
    return place < len(tokens) and (tokens[place] in _UNITS or tokens[place] in _TENS)


def _shown(value: Decimal | str) -> str:
    if isinstance(value, str):
        return value
    if not value:
        return "0"
    return format(value.normalize(), "f") if value.adjusted() < 30 else str(value.normalize())
