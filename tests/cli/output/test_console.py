"""What is printed cannot steer a terminal, whatever a file is called."""

from hypothesis import given
from hypothesis import strategies as st

from annotate.cli.output.console import console, named, notes, printable, show_table

NASTY = "a\x1b[31mred\x07\u202egpj.exe\r"
SHOWN = "a\\x1b[31mred\\x07\\u202egpj.exe\\r"


def test_characters_that_steer_a_terminal_are_escaped(capsys):
    """On both streams and in tables; what letters say stays as it is, line breaks too."""
    console().print(NASTY)
    notes().print(NASTY)
    show_table(("name",), [(NASTY,)])
    found = capsys.readouterr()
    assert found.out.count(SHOWN) == 2
    assert found.err.strip() == SHOWN
    assert printable("Zürich — “no”\n\ttab 🎈") == "Zürich — “no”\n\ttab 🎈"


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_but_line_breaks_and_tabs_steers(text):
    """No other control character is left, and nothing else is changed."""
    shown = printable(text)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in shown)
    if text.isprintable():
        assert shown == text


def test_of_many_names_the_first_are_told():
    """And how many there are besides."""
    assert named(("a", "b")) == "a, b"
    assert named([str(n) for n in range(25)]).endswith("18, 19 and 5 more")
