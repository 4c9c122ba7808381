"""Quotations in a paragraph: direct speech and quoted words, whatever the marks."""

from dataclasses import dataclass

from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.tokens import Range, Tokens

# An opening mark without its closing one counts only where at least this much text follows it.
_SHORTEST_UNCLOSED = 4


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotations of a paragraph.

    `ranges` holds the token ranges including the marks, in order; they do not overlap. `closed`
    is parallel: False where the quotation goes on to the end of the paragraph without a closing
    mark. `owner` has for every token the index of its quotation, or -1.
    """

    ranges: tuple[Range, ...]
    closed: tuple[bool, ...]
    owner: tuple[int, ...]

    def __contains__(self, token: int) -> bool:
        return self.owner[token] >= 0

    def starting_at(self, token: int) -> Range | None:
        """Return the quotation that starts at a token."""
        index = self.owner[token]
        return self.ranges[index] if index >= 0 and self.ranges[index][0] == token else None

    def ending_at(self, token: int) -> Range | None:
        """Return the quotation whose last token is this one."""
        index = self.owner[token]
        return self.ranges[index] if index >= 0 and self.ranges[index][1] == token + 1 else None

    def content(self, quotation: Range) -> Range:
        """Return a quotation without its marks."""
        start, end = quotation
        return start + 1, end - 1 if self.closed[self.owner[start]] else end


def find_quotes(tokens: Tokens, lexicon: Lexicon) -> Quotes:
    """Find the quotations of a paragraph; those within another one are part of it."""
    paired, plain = lexicon.paired_quotes, lexicon.plain_quotes
    texts, total = tokens.texts, len(tokens)
    ranges: list[Range] = []
    closed: list[bool] = []
    start, closing = -1, frozenset[str]()
    for index, text in enumerate(texts):
        if start >= 0:
            if text in closing and (text not in {"'", "’"} or _closes(tokens, index)):
                ranges.append((start, _end_of_marks(tokens, index)))
                closed.append(True)
                start = -1
        elif text in paired:
            if text != "‘" or _opens(tokens, index):
                start, closing = index, paired[text]
        elif text in plain and _opens(tokens, index):
            start, closing = index, lexicon.closing_quotes | {text}
    if start >= 0 and total - start >= _SHORTEST_UNCLOSED and texts[start] not in "'‘":
        ranges.append((start, total))
        closed.append(False)
    owner = [-1] * total
    for number, (first, last) in enumerate(ranges):
        owner[first:last] = [number] * (last - first)
    return Quotes(tuple(ranges), tuple(closed), tuple(owner))


def _end_of_marks(tokens: Tokens, index: int) -> int:
    """Return the end of closing marks: a tokenizer splits three apostrophes into two and one."""
    inner = tokens.texts[index + 1 : index + 2] == ("'",) and not tokens.spaces[index]
    return index + 2 if tokens.texts[index] == "''" and inner else index + 1


def _opens(tokens: Tokens, index: int) -> bool:
    """Say whether a mark that can both open and close looks like an opening one."""
    if index + 1 == len(tokens):
        return False
    space_before = index == 0 or tokens.spaces[index - 1]
    if tokens.texts[index] in "'‘":
        return space_before and not tokens.spaces[index]
    return space_before or not tokens.texts[index - 1][-1].isalnum()


def _closes(tokens: Tokens, index: int) -> bool:
    """Say whether a single mark closes a quotation; it can be an apostrophe ("workers' rights")."""
    if tokens.spaces[index - 1]:
        return False
    previous = tokens.texts[index - 1]
    at_end = index + 1 == len(tokens) or tokens.spaces[index]
    if not previous[-1].isalnum():
        return True
    following = tokens.texts[index + 1] if index + 1 < len(tokens) else ""
    return (at_end and not previous.endswith("s")) or following in {",", ".", ";", ":", "?", "!"}
