"""What is printed cannot steer a terminal, whatever a file is called."""

from annotate.cli.output.console import console, named, notes, progress, show_table

NASTY = "a\x1b[31mred\x07\u202egpj.exe\r"
SHOWN = "a\\x1b[31mred\\x07\\u202egpj.exe\\r"


def test_characters_that_steer_a_terminal_are_escaped(capsys):
    """On both streams and in tables."""
    console().print(NASTY)
    notes().print(NASTY)
    show_table(("name",), [(NASTY,)])
    found = capsys.readouterr()
    assert found.out.count(SHOWN) == 2
    assert found.err.strip() == SHOWN


def test_a_name_with_line_breaks_stays_on_its_line(capsys):
    """In sentences and in tables, whose rows it would break."""
    console().print("two\nlines")
    show_table(("name",), [("two\n\tlines",)])
    said, *table = capsys.readouterr().out.splitlines()
    assert said == "two\\nlines"
    assert [line for line in table if "two" in line] == ["│ two\\n\\tlines │"]


def test_without_a_terminal_every_phase_is_a_line(capsys):
    """A log shows how far a long training is, once a phase."""
    with progress("training") as advance:
        advance(completed=0, total=2, description="training: fold 1")
        advance()
        advance(completed=0, description="training: fold 2")
    found = capsys.readouterr()
    assert found.out == ""
    assert [line.partition("] ")[2] for line in found.err.splitlines()] == [
        "training: fold 1",
        "training: fold 2",
    ]


def test_of_many_names_the_first_are_told():
    """And how many there are besides."""
    assert named(("a", "b")) == "a, b"
    assert named([str(n) for n in range(25)]).endswith("18, 19 and 5 more")
