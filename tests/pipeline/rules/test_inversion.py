import pytest


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("“It holds,” said engineer Ines Vahl.", "said engineer Ines Vahl"),
        ("“It holds,” said former harbour pilot Jon Tiel, a diver.",
         "said former harbour pilot Jon Tiel, a diver"),
        ("It holds, said officials.", "said officials"),
        ("It holds, said divers familiar with the wall.", None),
        ("It holds, said residents familiar with the wall.",
         "said residents familiar with the wall"),
        ("“It holds,” said one diver who asked not to be named.",
         "said one diver who asked not to be named"),
        ("“It holds,” said Rep. Ines Vahl (D-Maine), a member of the board.",
         "said Rep. Ines Vahl (D-Maine), a member of the board"),
        ("It holds, say some divers, who tried it.", "say some divers, who tried it"),
        ("“It holds,” said Ines Vahl on Tuesday.", "said Ines Vahl"),
        ("“It holds,” said Ines Vahl of Lowhaven in an interview.", "said Ines Vahl of Lowhaven"),
        ("“It holds,” said a man in Lowhaven.", "said a man in Lowhaven"),
        ("The wall, said Vahl and others, would hold.", "said Vahl and others"),
        ("Said Vahl, “The wall will hold for a year.”", "Said Vahl"),
        ("“It holds,” said having the wall inspected.", None),
    ],
)  # fmt: skip
def test_a_subject_after_its_verb_ends_where_the_name_does(label, text, source):
    """Titles, brackets and what identifies somebody stay in; when and where it was said do not."""
    sources = [found for name, found in label(text) if name == "Source"]

    assert sources == ([] if source is None else [source])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The wall holds, according to two divers who saw it.",
         "according to two divers who saw it"),
        ("The wall holds, according to Jon Tiel, a diver at the yard.",
         "according to Jon Tiel, a diver at the yard"),
        ("The wall holds, according to a poll released on Friday.",
         "according to a poll released on Friday"),
        ("The wall holds, according to his book “The Art of Walls.”",
         "according to his book “The Art of Walls.”"),
        ("According to Jon Tiel, a diver saw the wall.", "According to Jon Tiel"),
        ("The wall holds, according to Jon Tiel, but nobody has seen it.", "according to Jon Tiel"),
    ],
)  # fmt: skip
def test_whom_a_preposition_names_is_named_in_full(label, text, source):
    """Clauses, appositions and titles that say who it is belong to "according to"."""
    assert ("Source", source) in label(text)
