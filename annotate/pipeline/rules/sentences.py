"""Sentence boundaries in a paragraph, with regard to quotations."""

from annotate.pipeline.rules.datelines import dateline_length
from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.quotes import Quotes
from annotate.pipeline.rules.tokens import Range, Tokens

# Tokens outside quotations. Work on a sentence grows with the square of its length.
_LONGEST_SENTENCE = 500
_LONGEST_SOURCE = 12
_FINAL = frozenset({".", "?", "!", "…", "...", "?!", "!!", "?!?"})
_CLOSERS = frozenset({")", "]", "’", "'"})
_SOURCE_STOPS = frozenset({"?", "!", ";", ":", "“", '"'})
_OPENERS = frozenset({"-", "—", "–", "(", "["})


def find_sentences(tokens: Tokens, quotes: Quotes, lexicon: Lexicon) -> list[Range]:
    """Split a paragraph into sentences, as token ranges that cover it.

    A quotation is never split, so that a sentence can hold several quoted ones. A dateline counts
    as a sentence.
    """
    texts, total = tokens.texts, len(tokens)
    starts = [0]
    opening = dateline_length(tokens)
    if 0 < opening < total:
        starts.append(opening)
    for index in range(opening, total - 1):
        after = index + 1
        if quotes.owner[index] >= 0:
            if not _ends_quoted_sentence(tokens, quotes, index, lexicon):
                continue
        elif texts[index] in _FINAL and not _is_number_sign(tokens, index):
            while after < total and texts[after] in _CLOSERS and not tokens.spaces[after - 1]:
                after += 1
        elif not _ends_with_acronym(tokens, index, lexicon):
            continue
        if after >= total or after <= starts[-1] or not _can_start(tokens, quotes, after):
            continue
        starts.append(after)
    starts = _with_cuts(starts, quotes)
    ends = [*starts[1:], total]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if end > start]


def _with_cuts(starts: list[int], quotes: Quotes) -> list[int]:
    """Cut what has no sentence boundary for very long, such as a table, outside quotations."""
    total = len(quotes.owner)
    if total <= _LONGEST_SENTENCE:
        return starts
    found: list[int] = []
    known = set(starts)
    length = 0
    for index in range(total):
        length = 0 if index in known else length + (quotes.owner[index] < 0)
        if index in known or (length >= _LONGEST_SENTENCE and quotes.owner[index] < 0):
            found.append(index)
            length = 0
    return found


def _can_start(tokens: Tokens, quotes: Quotes, index: int) -> bool:
    text = tokens.texts[index]
    return (
        tokens.capital[index]
        or text[0].isdigit()
        or text in _OPENERS
        or quotes.starting_at(index) is not None
    )


def _is_number_sign(tokens: Tokens, index: int) -> bool:
    """Say whether a full stop belongs to "No. 2"."""
    numbered = index > 0 and index + 1 < len(tokens) and tokens.texts[index + 1][0].isdigit()
    return numbered and tokens.texts[index - 1] == "No" and tokens.texts[index] == "."


def _ends_quoted_sentence(tokens: Tokens, quotes: Quotes, index: int, lexicon: Lexicon) -> bool:
    if quotes.ending_at(index) is None or tokens.texts[index - 1] not in _FINAL:
        return False
    attributed = _source_end(index + 1, tokens, lexicon)
    if tokens.texts[index - 1] != ".":
        return attributed is None
    # After a full stop a source has to end its sentence.
    return attributed is None or tokens.texts[attributed] != "."


def _source_end(start: int, tokens: Tokens, lexicon: Lexicon) -> int | None:
    """Return the end of the source that follows its quotation (“We won!” Vahl said), if any."""
    for index in range(start, min(start + _LONGEST_SOURCE, len(tokens) - 1)):
        verb = lexicon.verbs.get(tokens.lower[index])
        if verb is not None and verb.postposed and "past" in verb.forms:
            return index + 1
        if tokens.texts[index] in _SOURCE_STOPS:
            break
    return None


def _ends_with_acronym(tokens: Tokens, index: int, lexicon: Lexicon) -> bool:
    """Say whether a token such as "U.S." ends its sentence: a function word follows it."""
    text = tokens.texts[index]
    if len(text) < 4 or text[-1] != "." or text[1] != ".":
        return False
    if not tokens.capital[index + 1]:
        return False
    word = tokens.lower[index + 1]
    words = lexicon.words
    return (
        word in words.determiners
        or word in words.subject_pronouns
        or word in words.prepositions
        or word in words.subordinators
    )
