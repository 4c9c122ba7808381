import pytest

from annotate.pipeline.rules.phrases import phrase_end, verb_group_start
from annotate.pipeline.rules.subjects import subject_start


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("On Friday the mayor of Lowhaven said", "the mayor of Lowhaven"),
        ("Jon Tiel, 52, a pilot from Lowhaven, said", "Jon Tiel, 52, a pilot from Lowhaven,"),
        ("Ines Vahl (Harbour Party) said", "Ines Vahl (Harbour Party)"),
        ("dockers who watched the vote said", "dockers who watched the vote"),
        ("The board and the union said", "The board and the union"),
        ("Vahl — after a pause — said", "Vahl — after a pause —"),
        ("but nearly half of the crew said", "nearly half of the crew"),
        ("He left because they said", "they"),
        ("after a board meeting Vahl said", "a board meeting Vahl"),
    ],
)
def test_a_subject_reaches_to_its_left_edge(context, text, subject):
    """A subject is found with its modifiers, appositions and relative clauses."""
    ctx = context(text)
    end = len(ctx.tokens) - 1

    start = subject_start(end, 0, ctx)

    assert start is not None
    assert "".join(subject.split()) == "".join(ctx.tokens.texts[start:end])


@pytest.mark.parametrize("text", ["in said", ", said", "quickly said", "and said", "“Go” — said"])
def test_not_everything_before_a_verb_is_a_subject(context, text):
    """Punctuation, adverbs and function words are no subject."""
    ctx = context(text)

    assert subject_start(len(ctx.tokens) - 1, 0, ctx) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("a memo from the port of Lowhaven, which he read", "a memo from the port of Lowhaven"),
        ("the port authority that said so", "the port authority"),
        ("the mayor and the board on Friday", "the mayor and the board"),
        ("Ines Vahl has left", "Ines Vahl"),
    ],
)
def test_a_phrase_ends_before_the_next_clause(context, text, phrase):
    """A noun phrase ends before punctuation, a finite verb or a subordinator."""
    ctx = context(text)

    assert " ".join(ctx.tokens.texts[: phrase_end(0, len(ctx.tokens), ctx)]) == phrase


def test_a_verb_group_has_its_auxiliaries_and_adverbs(context):
    """Auxiliaries and adverbs before a verb belong to it."""
    ctx = context("The board has also repeatedly said")

    assert verb_group_start(5, 0, ctx) == 2
