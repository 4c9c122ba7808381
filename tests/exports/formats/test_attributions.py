from pathlib import Path

import pytest

from annotate.exports.formats.attributions import joined, read_attributions, trimmed
from annotate.exports.formats.brat import read_brat
from annotate.exports.formats.mapping import load_mapping
from annotate.exports.formats.standoff import read_standoff

POLNEAR = load_mapping(Path("polnear"))
RULES = POLNEAR.brat.attributions


@pytest.mark.parametrize(
    ("content", "claim"),
    [
        ("that the quay is closed.", "the quay is closed"),
        ("“The quay is closed,”", "The quay is closed"),
        ('that "the quay is closed."', "the quay is closed"),
        ("whether it reopens", "it reopens"),
        ("‘Never again.’", "Never again"),
        ("closed.”", "closed"),
        ("“Shut,” and “closed.”", "“Shut,” and “closed.”"),
        ("the harbour's", "the harbour's"),
        ("  that", "that"),
        ("Is it?", "Is it?"),
        ("''", "''"),
    ],
)
def test_a_content_is_trimmed_to_a_claim(content, claim):
    """Complementiser, enclosing marks and final punctuation stay outside; never is all cut off."""
    start, end = trimmed((0, len(content)), content, RULES.trim)
    assert content[start:end] == claim


def test_parts_are_joined_over_one_word_of_a_line():
    """One word between is bridged, two or a line's end are not; parts may come in any order."""
    text = "said also Mayor Vahl on\nSunday"
    words = {word: (text.index(word), text.index(word) + len(word)) for word in text.split()}
    assert joined([words["Mayor"], words["said"]], text, words=1) == [(0, 15)]
    assert joined([words["said"], words["Vahl"]], text, words=1) == [words["said"], words["Vahl"]]
    assert len(joined([words["on"], words["Sunday"]], text, words=1)) == 2


def _polnear(tmp_path, text, lines):
    for name in ("text", "attributions"):
        (tmp_path / name).mkdir()
    (tmp_path / "text" / "quay_story.txt").write_text(text, encoding="utf-8")
    ann = []
    for line in lines:
        if line.startswith("T"):
            item, label, *parts = line.split("|")
            places = [(text.index(part), text.index(part) + len(part)) for part in parts]
            where = ";".join(f"{start} {end}" for start, end in places)
            ann.append(f"{item}\t{label} {where}\t{' '.join(parts)}\n")
        else:
            ann.append(line.replace("|", "\t") + "\n")
    path = tmp_path / "attributions" / "quay_story_4b22.ann"
    path.write_text("".join(ann), encoding="utf-8")
    return read_brat(tmp_path, POLNEAR.brat, drop=POLNEAR.drop)


def test_the_layout_of_polnear_is_read(tmp_path):
    """Events become joined Sources and Claims with links; what is no attribution is counted."""
    reading = _polnear(
        tmp_path,
        "“The quay is shut,” Vahl said. “It floods.” Engineers in the port deny it.",
        [
            "T1|Source|Vahl",
            "T2|Cue|said",
            "T3|Content|“The quay is shut,”|“It floods.”",
            "T4|Attribution|said",
            "E1|Attribution:T4 Source:T1 Cue:T2 Content:T3",
            "T5|Source|Engineers",
            "T6|Cue|deny",
            "T7|Content|it.",
            "T8|Attribution|deny",
            "E2|Attribution:T8 Source:T5 Cue:T6 Content:T7",
            "T9|Discuss|floods",
            "T10|Source|port",
        ],
    )
    ((place, line),) = reading.items
    assert (line.article.article_id, place.by) == ("quay_story", "4b22")
    text = line.article.text
    marked = {span.id: (text[span.start : span.end], span.label) for span in line.spans}
    assert sorted(marked.values()) == [
        ("Engineers", "Source"),
        ("It floods", "Claim"),
        ("The quay is shut", "Claim"),
        ("Vahl said", "Source"),
        ("deny", "Source"),
        ("it", "Claim"),
    ]
    links = {(marked[link.head_id][0], marked[link.tail_id][0]) for link in line.links}
    assert links == {
        ("The quay is shut", "Vahl said"),
        ("It floods", "Vahl said"),
        ("it", "Engineers"),
        ("it", "deny"),
    }
    assert [loss.detail.split(") ")[0] for loss in reading.losses] == [
        "T9 (Discuss",
        "T10 (Source",
    ]


def test_other_events_and_lines_are_reported():
    """An event of another kind, a strange role, a relation and an attribute are left, by kind."""
    ann = (
        "T1\tCue 4 9\tmayor\nT2\tOther 0 3\tThe\nE1\tOther:T2\nE2\tAttribution:T1 Cue:T1 Place:T2\n"
        "R1\tnear Arg1:T1 Arg2:T2\nA1\tSure T1\n"
    )
    standoff = read_standoff(ann, "The mayor", path=Path("a.ann"))
    spans, links, left = read_attributions(standoff, "The mayor", RULES)
    assert [(span.start, span.end, span.label) for span in spans] == [(4, 9, "Source")]
    assert links == ()
    assert [what for what, _ in left] == ["event", "role", "label", "relation", "attribute"]
