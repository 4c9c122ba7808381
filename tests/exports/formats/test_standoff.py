from pathlib import Path

import pytest

from annotate.errors import InputError
from annotate.exports.formats.standoff import Attribute, article_text, read_standoff

PATH = Path("a.ann")
RAW = "\ufeffThe mayor\r\nsaid 👩‍👩‍👧 may.\r\n"


def _ann(*lines):
    return "\n".join("\t".join(line.split("|")) for line in lines) + "\n"


def test_offsets_of_a_windows_file_are_converted():
    """Carriage returns and a byte-order mark count in the file, and are not in the article."""
    text = article_text(RAW)
    start = RAW.index("said")
    ann = _ann(f"T1|Cue {start} {start + 4}|said", f"T2|Who 5 10;{start} {start + 4}|mayor said")
    found = read_standoff(ann.replace("\n", "\r\n"), RAW, path=PATH)
    assert text == "The mayor\nsaid 👩‍👩‍👧 may.\n"
    assert [text[s:e] for s, e in found.mentions["T1"].parts] == ["said"]
    assert [text[s:e] for s, e in found.mentions["T2"].parts] == ["mayor", "said"]


def test_every_kind_of_line_is_read_or_reported():
    """Events, relations, attributes and flags are read; notes and the like are left, by kind."""
    found = read_standoff(
        _ann(
            "T1|Who 0 3|The",
            "T2|Say 4 9|mayor",
            "E1|Say:T2 Agent:T1 Agent2:T2",
            "R1|near Arg2:T2 Arg1:T1",
            "A1|Sure E1 quite so",
            "M1|Negated T1",
            "#1|AnnotatorNotes T1|look again",
            "*|Equiv T1 T2",
            "N1|Reference T1 Wiki:1|The",
        ),
        "The mayor",
        path=PATH,
    )
    assert found.events["E1"].roles == (("Agent", "T1"), ("Agent", "T2"))
    assert (found.relations[0].head, found.relations[0].tail) == ("T1", "T2")
    assert found.attributes == (
        Attribute("A1", "Sure", "E1", "quite so"),
        Attribute("M1", "Negated", "T1", "true"),
    )
    assert [what for what, _ in found.left] == ["note", "equivalence", "normalisation"]
    assert found.mention_of("E1") == "T2"
    assert found.mention_of("R1") is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["T1|Who 0 3|She"], "a.ann:1: T1: the text at 0 3 is 'The', not 'She'"),
        (["T1|Who 0 30|The"], "T1: 0 30 is no stretch of a text of 9"),
        (["T1|Who 3 0|The"], "3 0 is no stretch"),
        (["T1|Who 0 x|The"], "'0 x' is no pair of offsets"),
        (["T1|Who 0 3"], "expected 'T1<TAB>Label"),
        (["T1|Who 0 3|The", "T1|Who 4 9|mayor"], "a.ann:2: the id T1 stands in line 1"),
        (["T1|Who 0 3|The", "R1|near Arg1:T1 Arg2:T9"], "a.ann:2: R1 names T9, which is not"),
        (["R1|near T1"], "expected 'R1<TAB>Label Arg1"),
        (["E1|Say"], "expected 'E1<TAB>Type:trigger"),
        (["A1|Sure"], "expected 'A1<TAB>Name"),
        (["T1|Who 0 3|The", "E1|Say:T1", "E2|Say:E1"], "the trigger of E2, E1, is no T line"),
        (["hello"], "no annotation of brat's begins with 'hello'"),
    ],
)
def test_a_broken_line_is_named(lines, said):
    """Whatever cannot be trusted stops the reading, with file and line."""
    with pytest.raises(InputError, match=".*") as caught:
        read_standoff(_ann(*lines), "The mayor", path=PATH)
    assert said in str(caught.value)
