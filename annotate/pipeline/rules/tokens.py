"""A small frozen view of a paragraph's tokens, the only thing the rules look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Range = tuple[int, int]
"""A half-open range of token indices within the view."""


class RuleSpan(NamedTuple):
    """A span that a rule found: token indices within the view, label, and the rule's name."""

    start: int
    end: int
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one paragraph without white space tokens.

    The four tuples are parallel: the texts, the texts in lower case, whether white space follows
    the token, and whether its first letter is a capital.
    """

    texts: tuple[str, ...]
    lower: tuple[str, ...]
    spaces: tuple[bool, ...]
    capital: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.texts)


def make_tokens(texts: Sequence[str], spaces: Sequence[bool]) -> Tokens:
    """Make the view of a paragraph; `texts` and `spaces` are parallel and hold no white space."""
    return Tokens(
        texts=tuple(texts),
        lower=tuple([text.lower().replace("’", "'") for text in texts]),
        spaces=tuple(spaces),
        capital=tuple([text[:1].isupper() for text in texts]),
    )


def mark(spans: Iterable[RuleSpan], total: int) -> list[bool]:
    """Say for each of `total` tokens whether it is within one of the spans."""
    marked = [False] * total
    for span in spans:
        marked[span.start : span.end] = [True] * (span.end - span.start)
    return marked
