from dataclasses import replace

from export_lines import export_line
from hypothesis import given
from hypothesis import strategies as st

from annotate.exports.merging import merge_lines

LINE = export_line("a")
(ANNOTATION,) = LINE.annotations


def _annotation(id_, *, at=0, seconds=0.0):
    return replace(
        ANNOTATION,
        annotation_id=id_,
        created_at="2026-01-01T00:00:00Z",
        updated_at=f"2026-01-01T00:00:{at:02}Z",
        lead_time=seconds,
    )


@st.composite
def _lines(draw):
    ids = draw(st.sets(st.sampled_from(["1", "2", "3", "file-1", "review-1"])))
    annotations = [
        _annotation(id_, at=draw(st.integers(0, 3)), seconds=draw(st.sampled_from([1.0, 2.0])))
        for id_ in sorted(ids)
    ]
    return replace(
        LINE,
        annotations=tuple(annotations),
        skipped=draw(st.integers(0, 1)),
        split=draw(st.sampled_from(["train", "train", "test"])),
        blind=draw(st.booleans()),
    )


lines = st.none() | _lines()


def _held(line):
    return set() if line is None else {_content(a) for a in line.annotations}


def _content(annotation):
    """What an annotation says, whatever it is called."""
    return (annotation.updated_at, annotation.lead_time, annotation.spans[0].start)


def _by_id(line):
    return {a.annotation_id: a for a in line.annotations} if line else {}


@given(lines, lines, lines)
def test_a_merge_takes_what_either_side_changed(ours, theirs, base):
    """Nothing new is lost, nothing comes that neither says, and only what one side took away goes."""
    merged = merge_lines(ours, theirs, base)
    if ours == theirs:
        assert merged.line == ours
    if theirs == base:
        assert merged.line == ours
    elif ours == base:
        assert merged.line == theirs
    left, right, then = map(_by_id, (ours, theirs, base))
    held = _held(merged.line)
    assert held <= _held(ours) | _held(theirs)
    for id_ in left.keys() | right.keys():
        mine, other, before = left.get(id_), right.get(id_), then.get(id_)
        changed = [a for a in (mine, other) if a is not None and a != before]
        if before is None and id_.startswith(("file-", "review-")):
            assert {_content(a) for a in changed} <= held
        elif changed and before is None:
            assert any(_content(a) in held for a in changed)
        elif mine == other == before and merged.line is not None:
            assert _content(before) in held


@given(lines, lines, lines)
def test_both_sides_come_to_the_same(ours, theirs, base):
    """Whoever leads: the same annotations under the same ids, and work on a test article stays out."""
    one, other = merge_lines(ours, theirs, base), merge_lines(theirs, ours, base)
    assert (one.line is None) == (other.line is None)
    if one.line is not None:
        assert one.line.annotations == other.line.annotations
        assert one.line.blind == other.line.blind
        if one.told and ours and theirs and ours.split != theirs.split:
            assert one.line.split == other.line.split == "none"


@given(lines, lines, lines)
def test_a_choice_is_told(ours, theirs, base):
    """Where both changed one annotation, or one removed what the other changed, it is named."""
    merged = merge_lines(ours, theirs, base)
    left, right, then = map(_by_id, (ours, theirs, base))
    for id_ in left.keys() & right.keys():
        if then.get(id_) not in (left[id_], right[id_]) and left[id_] != right[id_]:
            assert any(f"annotation {id_} " in told for told in merged.told)
    if (ours is None) != (theirs is None) and base not in (ours, theirs):
        assert merged.told


def test_two_decisions_of_reviewers_are_both_kept_and_the_later_one_leads():
    """The earlier stands beside it, under an id that comes out the same on both sides."""
    early = replace(_annotation("review-1", at=1, seconds=1.0), ground_truth=True)
    late = replace(_annotation("review-1", at=2, seconds=2.0), ground_truth=True)
    merged = merge_lines(
        replace(LINE, annotations=(early,)), replace(LINE, annotations=(late,)), None
    )
    kept = {a.annotation_id: a for a in merged.line.annotations}
    assert kept.pop("review-1") == late
    ((name, former),) = kept.items()
    assert name.startswith("review-")
    assert (_content(former), former.ground_truth) == (_content(early), False)
    assert name in merged.told[0]
