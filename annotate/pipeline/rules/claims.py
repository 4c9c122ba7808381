"""Claim boundaries: what of a stretch of text is the claim itself."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import has_finite
from annotate.pipeline.rules.lexicon import Verb
from annotate.pipeline.rules.tokens import Range

# A question mark stays in: without it a quoted question would read as a statement.
_FINAL_PUNCTUATION = frozenset({".", ",", ";", ":", "-", "--", "—", "–", "!", "…", "..."})
_OPENING_PUNCTUATION = frozenset({",", ":", ";", "-", "--", "—", "–", ".", "…", "...", ")", "]"})
_INQUIRIES = frozenset({"ask", "wonder"})
_CLOSING_MARKS = frozenset({"”", '"', "''", "’", "'"})
_WITHIN_MARKS = frozenset({".", ",", "!", "…"})
_OPENING_CONJUNCTIONS = frozenset({"and", "but", "so", "or", "yet"})
_COMPLEMENTISERS = frozenset({"that", "whether", "if"})
_ADDRESS_STOPS = frozenset({"about", "for", "of", "not"})
_CONJUNCTIONS = frozenset({"and", "but", "or", "while", "though", "although", "yet", "so"})
_ADVERBIAL_PREPOSITIONS = frozenset(
    "in on at during after via to before from late early last this earlier later by for as under"
    " with through".split()
)
_LONGEST_ADVERBIAL = 14


def trim_claim(start: int, end: int, ctx: Context) -> Range | None:
    """Cut punctuation and marks off a claim's ends.

    The marks of a quotation that makes up the whole claim go, and so does the final punctuation
    within it. A quotation that only ends the claim keeps its marks. None if nothing is left.
    """
    texts, quotes = ctx.tokens.texts, ctx.quotes
    while start < end and texts[start] in _OPENING_PUNCTUATION:
        start += 1
    end = _trim_end(start, end, ctx)
    if start < end and texts[start] == "(" and ")" not in texts[start : end - 1]:
        start += 1
    if start < end and texts[end - 1] == ")" and "(" not in texts[start:end]:
        end = _trim_end(start, end - 1, ctx)
    if start >= end:
        return None
    opening = quotes.starting_at(start)
    if opening is not None and opening[1] >= end:
        start += 1
        # A tokenizer may split the mark "``" in two.
        while start < end and texts[start] == "`":
            start += 1
        end = min(end, quotes.content(opening)[1])
        end = _trim_end(start, end, ctx)
    else:
        index = quotes.owner[end - 1]
        if index >= 0 and quotes.ranges[index][0] < start and quotes.ranges[index][1] == end:
            end -= 1
            end = _trim_end(start, end, ctx)
    if start >= end or not any(text[0].isalnum() for text in texts[start:end]):
        return None
    return start, end


def _trim_end(start: int, end: int, ctx: Context) -> int:
    texts = ctx.tokens.texts
    while end > start:
        marked = texts[end - 1] in _CLOSING_MARKS and texts[end - 2] in _WITHIN_MARKS
        if texts[end - 1] not in _FINAL_PUNCTUATION and not marked:
            break
        end -= 1
    return end


def skip_openers(start: int, end: int, ctx: Context) -> int:
    """Skip what opens a clause and says nothing itself ("But", "Still,", "Oh,", "I mean,")."""
    tokens, words = ctx.tokens, ctx.words
    while start + 2 < end:
        word = tokens.lower[start]
        if tokens.texts[start] in _OPENING_PUNCTUATION or word in _OPENING_CONJUNCTIONS:
            start += 1
            continue
        comma = next(
            (i for i in range(start, min(end - 2, start + 5)) if tokens.texts[i] == ","), 0
        )
        alone = comma == start + 1 and (word in words.discourse or word in words.interjections)
        if not comma or not (alone or " ".join(tokens.lower[start:comma]) in words.fillers):
            break
        start = comma + 1
    return start


def cut_before(index: int, start: int, ctx: Context) -> int:
    """Return where the text before `index` ends, without a comma and a conjunction there."""
    texts, lower = ctx.tokens.texts, ctx.tokens.lower
    while index > start and (
        texts[index - 1] in _FINAL_PUNCTUATION or lower[index - 1] in _CONJUNCTIONS
    ):
        if texts[index - 1] in {".", "?", "!"} and index - 1 in ctx.quotes:
            break
        index -= 1
    return index


def skip_to_content(start: int, end: int, verb: Verb | None, ctx: Context) -> int:
    """Skip what stands between a cue and its content.

    That is an adverbial or the person spoken to ("said on Friday in a statement that", "told
    reporters that"), the complementiser, a colon and a comma. `verb` is that of the cue, if any.
    """
    tokens, quotes = ctx.tokens, ctx.quotes
    lower = tokens.lower
    index = start
    if index >= end:
        return index
    if (
        lower[index] not in _COMPLEMENTISERS
        and tokens.texts[index] not in {":", ","}
        and index not in quotes
    ):
        addressed = verb is not None and verb.addressed
        index = _skip_to_opener(start, end, verb, ctx)
        if index == start and addressed:
            index = _skip_recipient(start, end, ctx)
        if index == start:
            index = _skip_short_adverbial(start, end, ctx)
    while index < end and tokens.texts[index] in {",", ":", "—", "--", "-"}:
        index += 1
    if index < end and index not in quotes and _is_complementiser(lower[index], verb):
        index += 1
    if index == start < end and lower[index] == "as" and verb is not None and not verb.postposed:
        index += 1
    while index + 1 < end and tokens.texts[index] == "," and index + 1 in quotes:
        index += 1
    return index


def _is_complementiser(word: str, verb: Verb | None) -> bool:
    """Say whether a word only joins the content; an "if" is a condition but after "ask"."""
    if word == "if":
        return verb is not None and verb.lemma in _INQUIRIES
    return word in _COMPLEMENTISERS


def _skip_to_opener(start: int, end: int, verb: Verb | None, ctx: Context) -> int:
    """Return the "that", colon or quotation that opens the content a little later, or `start`."""
    tokens, quotes = ctx.tokens, ctx.quotes
    addressed = verb is not None and verb.addressed
    lower_first = tokens.lower[start]
    for index in range(start, min(end, start + _LONGEST_ADVERBIAL)):
        text = tokens.texts[index]
        if index in quotes:
            opens = index > start and (addressed or tokens.texts[index - 1] in {",", ":"})
            if not opens and index > start and lower_first in _ADVERBIAL_PREPOSITIONS:
                continue  # a title within an adverbial: 'said on "Morning News" that'
            return index if opens and quotes.starting_at(index) else start
        if text == ":" and index + 1 < end:
            return start if has_finite(start, index, ctx) else index
        if _is_complementiser(tokens.lower[index], verb):
            return index if addressed or _is_adverbial(start, index, ctx) else start
        opens = index + 1 < end and (
            quotes.starting_at(index + 1) is not None or tokens.lower[index + 1] == "that"
        )
        if addressed and text == "," and opens:
            return index + 1
        stops = tokens.lower[index] in _ADDRESS_STOPS
        if tokens.lower[index] == "of" and index > start and tokens.capital[index - 1]:
            stops = False
        if addressed and (text in {",", ";", "—"} or stops):
            return start
    return start


def _skip_recipient(start: int, end: int, ctx: Context) -> int:
    """Skip a short recipient before a clause without "that" ("told reporters he was glad")."""
    words = ctx.words
    for index in range(start + 1, min(end, start + 7)):
        word = ctx.tokens.lower[index]
        if index in ctx.quotes or ctx.tokens.texts[index] in _FINAL_PUNCTUATION:
            break
        if word in words.subject_pronouns and word not in words.relative_pronouns:
            return index
        if word in words.time_words or word in {"in", "on", "at"}:
            return _skip_short_adverbial(index, end, ctx)
    return start


def _is_adverbial(start: int, end: int, ctx: Context) -> bool:
    """Say whether the text between a cue and "that" is an adverbial or a recipient."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[start]
    if first == "to" and (start + 2 > end or start + 4 < end):
        return False
    if first in _ADVERBIAL_PREPOSITIONS or first in words.time_words or first.endswith("ly"):
        return True
    return tokens.lower[end - 1] in words.venue_nouns


def _skip_short_adverbial(start: int, end: int, ctx: Context) -> int:
    """Skip "on Friday", "Tuesday", "in a statement" where a clause follows."""
    tokens, words = ctx.tokens, ctx.words
    index = start
    while index < end:
        word = tokens.lower[index]
        if word in words.time_words and tokens.lower[index + 1 : index + 2] != ("'s",):
            index += 1
        elif word in {
            "in",
            "on",
            "at",
            "during",
            "via",
            "this",
            "last",
            "late",
            "early",
            "earlier",
            "for",
        }:
            length = _venue_length(index + 1, end, ctx)
            if not length:
                break
            index += 1 + length
        else:
            break
    return index


def _venue_length(start: int, end: int, ctx: Context) -> int:
    """Return the number of tokens up to a noun of place or time within four tokens, or 0."""
    tokens, words = ctx.tokens, ctx.words
    for index in range(start, min(end, start + 4)):
        if tokens.lower[index] in words.venue_nouns:
            following = index + 1
            while following < end and tokens.lower[following] in words.venue_nouns:
                following += 1
            return following - start
        if tokens.texts[index] in _FINAL_PUNCTUATION:
            break
    return 0
