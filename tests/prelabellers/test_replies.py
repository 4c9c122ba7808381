"""Replies → marks: JSON however it is wrapped, marks in the text, and what is no reply."""

import json

import pytest
from chat_server import mark, marks
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import PrelabellerReplyError
from annotate.prelabellers.grounding import Paragraph
from annotate.prelabellers.marks import Mark, place_marks
from annotate.prelabellers.prompt import Example, inline_reply
from annotate.prelabellers.replies import read_inline, read_json

LABELS = ("Claim", "Source", "Hedge")


@pytest.mark.parametrize(
    "wrapped",
    ["{}", "```json\n{}\n```", "<think>Which words?\n</think>\n{}", "<think>a</think>```\n{}\n```"],
)
def test_json_is_read_whatever_stands_around_it(wrapped):
    """A fence and thoughts before the reply are passed over."""
    reply = marks(mark("Hedge", "may", 4, occurrence=2, links=[("hedges", 1)]))
    ((found,), broken) = read_json(wrapped.replace("{}", reply))
    assert (found.number, found.label, found.quote, found.occurrence) == (4, "Hedge", "may", 2)
    assert (found.links, broken) == ((("hedges", 1),), 0)


@pytest.mark.parametrize(
    "reply",
    ["", "I cannot do that.", '{"marks": [{"label": "Cla', '{"spans": []}', "3", "[" * 100_000],
)
def test_what_is_no_reply_is_refused(reply):
    """Cut JSON, prose, another shape: nothing of it is guessed."""
    with pytest.raises(PrelabellerReplyError):
        read_json(reply)


def test_entries_that_are_no_marks_are_counted():
    """One entry without a quote does not cost the others."""
    reply = json.dumps({"marks": [{"label": "Hedge"}, "may", {"label": "Hedge", "quote": "may"}]})
    ((found,), broken) = read_json(reply)
    assert (found.number, found.occurrence, found.links, broken) == (3, None, (), 2)


@pytest.mark.parametrize(
    ("number", "to", "same"),
    [("Hedge0", "Hedge0", True), ("1", 1, True), (1.0, "1", True), (True, True, True), ("a", "b", False)],
)  # fmt: skip
def test_any_scalar_names_a_mark(number, to, same):
    """Models call marks by words and numbers, and a link leads to the mark of that name."""
    source = {**mark("Source", "Police"), "id": number}
    reply = marks(source, mark("Claim", "it may", "c", links=[("attributed_to", to)]))
    (first, second), broken = read_json(reply)
    assert (broken, second.links[0][1] == first.number) == (0, same)


def test_an_occurrence_that_is_no_number_is_none():
    """NaN, a word or zero says nothing about the place; a number in quotation marks does."""
    given = (float("nan"), float("inf"), "first", 0, [1], "2")
    found, broken = read_json(marks(*(mark("Hedge", "may", occurrence=each) for each in given)))
    assert ([each.occurrence for each in found], broken) == ([*[None] * 5, 2], 0)


@pytest.mark.parametrize(
    "entry", [{"label": "Hedge"}, "may", {"label": 1, "quote": "may"}, {**mark("Hedge", "may"), "id": []}]
)  # fmt: skip
def test_a_reply_without_one_well_formed_mark_is_refused(entry):
    """Entries of which none is a mark are no answer, and an empty list is one."""
    with pytest.raises(PrelabellerReplyError, match="none is well-formed"):
        read_json(marks(entry, entry))
    assert read_json(marks()) == ([], 0)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["marks", "label", "quote", "id", "links", "choices", "occurrence", "to", "name"]), inner)))  # fmt: skip
def test_any_json_is_read_or_refused(value):
    """Whatever JSON comes, it is a list of marks or an error that one paragraph has."""
    try:
        found, _ = read_json(json.dumps(value))
    except PrelabellerReplyError:
        return
    assert all(isinstance(each, Mark) for each in found)


def test_marks_in_the_text_are_read_with_their_places():
    """The text before a mark says which of several places it is; marks may be nested."""
    found, _ = read_inline(
        "It may close. [[Source|Police said]] [[Claim|it [[Hedge|may]] not]].", LABELS
    )
    assert [(m.label, m.quote, m.occurrence) for m in found] == [
        ("Source", "Police said", None),
        ("Claim", "it may not", None),
        ("Hedge", "may", 2),
    ]


def test_brackets_that_are_no_marks_stay():
    """What the paragraph itself has in double brackets is text."""
    found, _ = read_inline("See [[note]] and [[Other|x]]: it [[Hedge|may]] ]] close.", LABELS)
    assert [(m.label, m.quote) for m in found] == [("Hedge", "may")]


def test_a_mark_that_is_never_closed_is_a_cut_reply():
    """The end of the reply is missing, and with it the rest of the marks."""
    with pytest.raises(PrelabellerReplyError, match="never closed"):
        read_inline("It [[Hedge|may close.", LABELS)


def test_a_mark_within_a_word_is_not_moved_to_where_the_word_stands_alone():
    """'may' marked in 'mayor' is not found, rather than taken for the word 'may' further on."""
    found, _ = read_inline("The [[Hedge|may]]or may go.", LABELS)
    assert [m.quote for m in found] == [""]


TEXT = "Police said it may rain, and it may snow, police said."


@given(
    st.lists(
        st.tuples(
            st.sampled_from([i for i in range(len(TEXT)) if i == 0 or TEXT[i - 1] == " "]),
            st.integers(1, 4),
            st.sampled_from(LABELS),
        ),
        max_size=4,
    )
)
def test_what_is_written_inline_is_read_again(scheme, drawn):
    """Marks that do not cross come back from their inline form at the same places."""
    ends = [i for i in range(1, len(TEXT) + 1) if i == len(TEXT) or TEXT[i] == " "]
    places = {}
    for start, words, label in drawn:
        end = [at for at in ends if at > start][:words][-1]
        if all(not (a < start < b < end or start < a < end < b) for a, b, _ in places):
            places[start, end, label] = None
    given_marks = []
    for number, (start, end, label) in enumerate(sorted(places), 1):
        quote = TEXT[start:end]
        occurrence = Paragraph(TEXT).places(quote).index((start, end)) + 1
        given_marks.append(Mark(number=number, label=label, quote=quote, occurrence=occurrence))
    reply = inline_reply(Example(text=TEXT, marks=tuple(given_marks), article_sha256=""))
    read, _ = read_inline(reply, LABELS)
    assert {span[:3] for span in place_marks(TEXT, read, scheme).spans} == set(places)
