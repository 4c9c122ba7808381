"""Texts as words for comparison: folded, and those alone that carry content. English."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_STATES = re.compile(r"\bU\.S\.(?:A\.)?|\bUSA?\b")
_JOINED = str.maketrans("", "", ".'’")
_APOSTROPHES = str.maketrans("’−", "'-")
_SIGNS = "-"
_KEPT = "%‰"  # Unicode calls them punctuation
EMPTY = frozenset(
    "a an the this that these those it its he she they we you i him her them us his their our my "
    "your who whom whose which what when where while as at by for from in into of on onto to with "
    "under beneath within about around and or but if there here than then so also too up out over "
    "is are was were be been being am has have had having do does did will would may might could "
    "can should must not no some any all every each both more most less very own just only even "
    "still one another thing things something anything somebody someone s mr mrs ms dr say says "
    "said saying reportedly apparently allegedly alleged "
    "possibly possible probably perhaps maybe likely expect expects expected appear appears "
    "appeared seem seems seemed potential potentially".split()
)
"""English words that carry no content of their own, and those that say how sure it is."""

_SCALES = frozenset(
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred thousand million billion trillion dozen percent".split()
)
_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST_STEM = 4


def folded(text: str) -> str:
    """Return a text's words in lower case; "U.K." becomes "uk", "harbour's" "harbours".

    The United States are "usa" however they are shortened: "us" is a pronoun.
    """
    plain = _STATES.sub("USA ", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(_WORD.findall(plain.translate(_JOINED)))


def same_words(text: str) -> str:
    """Return what two texts share that are equal but for case and the punctuation around words.

    What stands within a word stays ("1.5", "9:30", "we're"), and so do signs before digits,
    currencies and percent: other numbers are other words.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return " ".join(filter(None, map(_bare, plain.split())))


def _bare(word: str) -> str:
    """Return a word without the punctuation around it, but for a sign before a digit."""
    end = len(word)
    while end and _is_mark(word[end - 1]):
        end -= 1
    start = 0
    while start < end and _is_mark(word[start]):
        if word[start] in _SIGNS and word[start + 1].isdigit():
            break
        start += 1
    return word[start:end]


def _is_mark(character: str) -> bool:
    return character not in _KEPT and unicodedata.category(character)[0] == "P"


def content_words(text: str) -> tuple[str, ...]:
    """Return a folded text's words that carry content, in their order, without common endings.

    Numbers are left out: a veto compares them by their values.
    """
    words = text.split()
    return tuple(_stem(word) for word in words if word not in EMPTY and not _is_number(word))


def without_numbers(text: str) -> str:
    """Return a folded text without its numbers, for measures that know no values."""
    return " ".join(word for word in text.split() if not _is_number(word)) or text


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _SCALES


def _stem(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith(("ss", "us")):
            stem = word.removesuffix(ending) + instead
            if len(stem) >= _SHORTEST_STEM:
                return stem.removesuffix("e")
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word
