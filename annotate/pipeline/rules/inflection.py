"""English verb inflection, as far as reporting verbs need it."""

from typing import NamedTuple

_SIBILANTS = ("s", "sh", "ch", "x", "z")
_VOWELS = frozenset("aeiou")


class VerbForms(NamedTuple):
    """The five forms of a verb, in lower case."""

    base: str
    third: str
    past: str
    participle: str
    ing: str


def inflect(base: str, *, doubled: bool = False) -> VerbForms:
    """Return the regular forms of a verb.

    `doubled` says that the last consonant is doubled before "-ed" and "-ing" ("quipped").
    """
    if base.endswith("y") and len(base) > 1 and base[-2] not in _VOWELS:
        past = base[:-1] + "ied"
        return VerbForms(base, base[:-1] + "ies", past, past, base + "ing")
    third = base + ("es" if base.endswith(_SIBILANTS) else "s")
    if base.endswith("ee"):
        return VerbForms(base, third, base + "d", base + "d", base + "ing")
    stem = base[:-1] if base.endswith("e") else base + (base[-1] if doubled else "")
    return VerbForms(base, third, stem + "ed", stem + "ed", stem + "ing")
