"""What forbids two wordings to stand together, however alike they are: pure, symmetric, English.

Similar words can say the opposite, or say it of somebody else. A veto needs a contradiction: that
one text is silent on a number or a name which the other has is none. That one denies is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from annotate.claims.numbers import numbers
from annotate.claims.words import content_words, folded

Veto: TypeAlias = Literal["numbers", "negation", "names", "one word", "order"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NEGATIONS = frozenset(
    "not no never nobody none nothing neither nor without cannot deny denies denied denying "
    "reject rejects rejected rejecting refuse refuses refused refusing fail fails failed failing "
    "stop stops stopped prevent prevents prevented false untrue lack lacks lacked".split()
)
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
_NO_NAMES = frozenset(
    "a an the this that these those he she it we you they i his her its their our my your who "
    "which what when where while as at by for from in of on to with and or but if there here no "
    "not all any some both every each about after before around over under between against "
    "mr mrs ms dr sir prof president minister prime is are was were be been has have had will "
    "would may might could can should must one two more most many much several few".split()
)
_NO_DENIAL = re.compile(r"\b(?:than not|not only|not least|no longer than)\b", re.IGNORECASE)
_OPPOSITES = tuple(
    frozenset(pair.split("/"))
    for pair in (
        "accept/reject after/before agree/disagree ahead/behind allow/ban approve/reject arrive/"
        "leave best/worst better/worse big/small buy/sell confirm/deny cut/raise day/month "
        "day/week day/year decline/rise decrease/increase different/same down/up drop/rise early/"
        "late east/west end/start fail/succeed fall/rise female/male first/last former/current "
        "gain/lose guilty/innocent hour/minute high/low higher/lower inside/outside join/leave "
        "keep/lose least/most leave/stay less/more long/short lose/win major/minor men/women "
        "month/week month/year more/fewer near/far new/old north/south off/on open/close open/shut "
        "oppose/support pass/fail private/public reject/support remain/leave right/wrong "
        "start/stop strong/weak victim/suspect week/year worsen/improve"
    ).split()
)
_SWAPPED = 3
_HEADLINE_WORDS = 5
_HEADLINE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Signs:
    """What of a text can forbid; made once, compared often. Words and names are folded."""

    numbers: frozenset[str]
    denials: int
    words: frozenset[str]
    names: frozenset[str]
    content: tuple[str, ...]


def signs(text: str) -> Signs:
    """Return what of a text can forbid that it stands with another one.

    Names are capitalised words, but for those that begin many sentences. A headline that
    capitalises most of its words tells no names.
    """
    written = [_bare(word) for word in _WORD.findall(text.replace(".", ""))]
    words = frozenset(word.casefold() for word in written)
    capital = [word for word in written if word[0].isupper()]
    headline = len(written) >= _HEADLINE_WORDS and len(capital) > _HEADLINE_SHARE * len(written)
    names = (
        frozenset(word.casefold() for word in capital) - _NO_NAMES if not headline else frozenset()
    )
    denials = [_bare(word).casefold() for word in _WORD.findall(_NO_DENIAL.sub(" ", text))]
    return Signs(
        numbers=numbers(text),
        denials=sum(w in _NEGATIONS or w.endswith(("n't", "n’t")) for w in denials),
        words=words,
        names=names,
        content=content_words(folded(text)),
    )


def veto(one: Signs, other: Signs) -> Veto | None:
    """Return why two texts may not stand together, `None` where nothing forbids it.

    Numbers: each has one that the other lacks. Negation: one denies more often, or says "unsafe"
    where the other says "safe", "sell" where the other says "buy". Names: each has one of which the
    other has no word. One word: they are alike but for what stands in one place, in one to three
    words of content, so that just this is what they say differently. Order: of two words, one
    stands before and one after a phrase that both texts have, and the other way round in the
    other: who does it to whom.
    """
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return "numbers"
    if one.denials != other.denials or _opposed(one.words, other.words):
        return "negation"
    if _foreign(one.names, other.words) and _foreign(other.names, one.words):
        return "names"
    if _swapped(one.content, other.content):
        return "one word"
    return "order" if _turned(one.content, other.content) else None


def _foreign(names: frozenset[str], words: frozenset[str]) -> bool:
    """Tell whether there is a name of which a text has no form (Ostavia and Ostavian are one)."""
    return any(
        not any(word.startswith(name) or name.startswith(word) for word in words if len(word) > 3)
        for name in names - words
    )


def _swapped(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two texts differ in one place alone, and there by other words."""
    shortest = min(len(one), len(other))
    before = 0
    while before < shortest and one[before] == other[before]:
        before += 1
    after = 0
    while after < shortest - before and one[-1 - after] == other[-1 - after]:
        after += 1
    mine, theirs = one[before : len(one) - after], other[before : len(other) - after]
    short = 0 < len(mine) <= _SWAPPED and 0 < len(theirs) <= _SWAPPED
    return short and before + after > 0 and not set(mine) & set(theirs)


def _turned(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether words on either side of a common phrase (two words and more) change sides."""
    if one == other:
        return False
    places: dict[tuple[str, str], list[int]] = {}
    for at, pair in enumerate(pairwise(other)):
        places.setdefault(pair, []).append(at)
    return any(
        set(one[:at]) & set(other[there + 2 :]) and set(one[at + 2 :]) & set(other[:there])
        for at, pair in enumerate(pairwise(one))
        for there in places.get(pair, ())
    )


def _opposed(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether one text has a word that the other has with a prefix that turns it round."""
    mine, theirs = one - other, other - one
    if any(pair & mine and pair & theirs for pair in _OPPOSITES):
        return True
    return any(
        prefix + word in theirs and prefix + word not in mine and word not in theirs
        for mine, theirs in ((one, other), (other, one))
        for word in mine - theirs
        if len(word) > 2
        for prefix in _PREFIXES
    )


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word)
