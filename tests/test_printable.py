from hypothesis import given
from hypothesis import strategies as st

from annotate.printable import on_one_line, printable


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_but_line_breaks_and_tabs_steers(text):
    """No other control character is left, and nothing else is changed."""
    shown = printable(text)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in shown)
    assert not any(ord(c) < 32 for c in on_one_line(text))
    if text.isprintable():
        assert shown == on_one_line(text) == text


def test_what_letters_say_stays():
    """Line breaks and tabs too, but where a name has to stay on one line."""
    assert printable("Zürich — “no”\n\ttab 🎈") == "Zürich — “no”\n\ttab 🎈"
    assert on_one_line("Zürich — “no”\n\ttab 🎈") == "Zürich — “no”\\n\\ttab 🎈"
