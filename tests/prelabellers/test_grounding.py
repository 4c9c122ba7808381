"""Quotes → places: what is found, what is not, and that no offset is ever a guess."""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotate.prelabellers.folding import fold
from annotate.prelabellers.grounding import Paragraph

WORDS = "the bridge may close İstanbul’da “quoted” Straße naïve nai\u0308ve 北京说 ไทย — it's … 12,5".split()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", "  ", "\u00a0", "\u202f", "\t"]),
        min_size=len(words),
        max_size=len(words),
    ).map(lambda gaps: "".join(w + g for w, g in zip(words, gaps, strict=True)).strip())
)


def found(text, quote, occurrence=None):
    """Return how a quote was found, and the text that it was found as."""
    grounded = Paragraph(text).ground(quote, occurrence)
    where = grounded.place
    return grounded.how, None if where is None else text[where[0] : where[1]]


def _words_at(text):
    """Return the offsets at which a word may begin or end: where white space is or the text ends."""
    return [0, *(at for m in re.finditer(r"\s+", text) for at in m.span()), len(text)]


@given(text=texts, data=st.data())
def test_a_quote_that_was_retyped_is_found_where_it_was_cut(text, data):
    """Other quotation marks, dashes and spaces do not move a span: it is the one that was cut."""
    edges = _words_at(text)
    start = data.draw(st.sampled_from(edges[::2]))
    end = data.draw(st.sampled_from([at for at in edges[1::2] if at > start]))
    cut = text[start:end]
    retyped = re.sub(r"\s+", lambda _: data.draw(st.sampled_from([" ", "  ", "\u00a0"])), cut)
    retyped = "".join(
        data.draw(st.sampled_from("\"'“”‘’«»„`")) if c in "“”’'" else c for c in retyped
    )
    retyped = retyped.replace("—", "-").replace("…", "...")
    places = Paragraph(text).places(retyped)
    assert (start, end) in places
    grounded = Paragraph(text).ground(retyped, places.index((start, end)) + 1)
    assert grounded.place == (start, end)
    assert grounded.how == ("exact" if retyped == cut else "folded")


@given(text=texts, quote=texts, occurrence=st.none() | st.integers(-1, 9))
def test_what_is_found_is_what_was_quoted(text, quote, occurrence):
    """Whatever is asked for: a place holds the quote, folded, or is like it as a whole."""
    grounded = Paragraph(text).ground(quote, occurrence)
    if grounded.place is None:
        assert grounded.how in ("not found", "ambiguous")
        return
    start, end = grounded.place
    assert 0 <= start < end <= len(text)
    cut = text[start:end]
    if grounded.how == "exact":
        assert cut == quote.strip()
    elif grounded.how == "folded":
        assert fold(cut).text == fold(quote).text.strip()
    else:
        theirs, ours = (set(fold(t).text.casefold().split()) for t in (quote, cut))
        assert len(theirs & ours) >= len(theirs | ours) / 2


@given(text=st.text(max_size=80), quote=st.text(max_size=20), occurrence=st.none() | st.integers())
def test_nothing_that_a_model_says_breaks_it(text, quote, occurrence):
    """Any text and any quote are answered, and a place lies within the text."""
    grounded = Paragraph(text).ground(quote, occurrence)
    if grounded.place is not None:
        assert 0 <= grounded.place[0] < grounded.place[1] <= len(text)


@given(text=st.text(max_size=60))
def test_folding_has_a_map_for_every_character(text):
    """Each folded character belongs to a piece of the original, in order and without gaps inside."""
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= s < e <= len(text) for s, e in zip(folded.starts, folded.ends, strict=True))
    assert fold(folded.text).text == folded.text


def test_a_letter_whose_lower_form_is_longer_moves_nothing():
    """'İ' lowers to two code points: offsets behind it stay those of the text."""
    text = "İİİ İstanbul’da “köprü kapanabilir” dedi vali."
    assert len(text.lower()) > len(text)
    assert found(text, '"köprü  kapanabilir"') == ("folded", "“köprü kapanabilir”")
    assert found(text, "köprü kapanabilir dedi Vali") == ("fuzzy", "köprü kapanabilir” dedi vali")


@pytest.mark.parametrize(
    ("quote", "occurrence", "expected"),
    [
        ("may", None, ("ambiguous", None)),
        ("may", 2, ("exact", "may")),
        ("may", 3, ("ambiguous", None)),
        ("mayor", 7, ("exact", "mayor")),  # there is one place alone, whatever the model counts
        ("ayo", None, ("exact", "ayo")),  # within a word, where it stands nowhere else
        ("", None, ("not found", None)),
        (" \u200b", None, ("not found", None)),
        ("MAY", None, ("not found", None)),  # case is only passed over for whole runs of words
    ],
)
def test_occurrences_count_whole_words(quote, occurrence, expected):
    """'may' in 'mayor' is no place of 'may'; without a number several places are ambiguous."""
    text = "The mayor said it may close and may not."
    assert found(text, quote, occurrence) == expected


def test_the_second_occurrence_is_the_second_one():
    """The number of an occurrence names a place, from the left."""
    text = "It may close, or may not."
    assert Paragraph(text).ground("may", 1).place == (3, 6)
    assert Paragraph(text).ground("may", 2).place == (17, 20)


def test_what_has_the_very_characters_goes_before_what_is_alike():
    """Of two places that fold alike the one that is typed as the quote is meant."""
    text = "the “old” bridge and the 'old' bridge"
    assert Paragraph(text).ground("'old'").place == (25, 30)
    assert found(text, '"old"') == ("ambiguous", None)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Officials said that the old bridge may be closed", "officials said that the old bridge may be close"),
        ("officials said that the ancient bridge may be close", "officials said that the old bridge may be close"),
        ("according to officials the old bridge might be closed", None),  # a paraphrase
        ("officials said that the old bridge may be close to collapse this week", None),
        ("the old bridge may be close", "the old bridge may be close"),
        ("said old", None),
        ("close", "close"),
        ("vote of the council on the new road was put off", None),
    ],
)  # fmt: skip
def test_words_are_compared_as_a_whole(quote, expected):
    """A changed word or case is forgiven; what is shorter, longer or said otherwise is not."""
    text = "Yesterday officials said that the old bridge may be close."
    assert found(text, quote)[1] == expected


def test_a_run_of_words_that_stands_twice_is_ambiguous():
    """Two runs that are both like the quote are not guessed between, unless it says which."""
    text = "The old bridge may close soon. Then again, the old bridge may close soon."
    assert found(text, "the old bridges may close soon") == ("ambiguous", None)
    assert Paragraph(text).ground("the old bridges may close soon", 2).place == (43, 72)


def test_languages_without_spaces_are_compared_character_by_character():
    """A Chinese quote is found within a sentence, and so is one with another character in it."""
    text = "市长昨天说大桥可能很快就要关闭了，居民们很担心。"
    assert found(text, "大桥可能很快就要关闭") == ("exact", "大桥可能很快就要关闭")
    assert found(text, "市长昨天说大桥可能很快就会关闭了") == (
        "fuzzy",
        "市长昨天说大桥可能很快就要关闭了",
    )


def test_accents_may_be_composed_or_not():
    """The same letter in two encodings is the same quote, and never cut in two."""
    text = "Un cafe\u0301 fermé"
    assert found(text, "café") == ("folded", "cafe\u0301")
    assert found(text, unicodedata.normalize("NFD", "fermé")) == ("folded", "fermé")
    assert found(text, "cafe")[1] is None


@given(text=texts, data=st.data())
def test_a_part_of_a_quote_is_never_taken_for_it(text, data):
    """A quote with strange words at its end is not found as the part that is there."""
    words = text.split()
    assume(len(words) >= 4)
    size = data.draw(st.integers(2, len(words)))
    quote = " ".join(words[:size]) + " and nobody knows why it never happened"
    assert Paragraph(text).ground(quote).place is None
