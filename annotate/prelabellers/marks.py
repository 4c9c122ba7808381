"""Marks as a language model gives them, with quotes → spans and links of a paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from annotate.labels import LabelScheme
from annotate.prelabellers.grounding import Grounded, Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of a reply: a quote instead of offsets, since models cannot count characters."""

    number: int | str
    """By which links of the reply name it; models call marks by words too."""
    label: str
    quote: str
    occurrence: int | None = None
    """Which of the quote's places in the paragraph is meant, counted from 1."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[tuple[str, int | str], ...] = ()
    """(link, number of the mark that it leads to)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Marks with offsets in their paragraph; `links` join them by their positions in `spans`."""

    spans: tuple[tuple[int, int, str, Mapping[str, tuple[str, ...]]], ...]
    links: tuple[tuple[int, int, str], ...]
    counts: Counter[str]
    """How the quotes were found; `repeated` is a mark that says what another one has said."""
    left_out: Counter[str]
    """What the labelling config cannot hold, by name."""


def place_marks(paragraph: str, marks: Sequence[Mark], scheme: LabelScheme) -> Placed:
    """Return the spans and links that a reply's marks stand for, in order of the text.

    A quote without an occurrence that stands in several places is left out as ambiguous, unless
    the reply has exactly as many marks of that label and quote as there are places: then each gets
    one, in order. A link that joins what it cannot join is turned round where that fits, else left
    out. What the scheme has not is counted in `left_out`.
    """
    ground = Paragraph(paragraph)
    counts: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    known = []
    for mark in marks:
        if mark.label in scheme.span_labels:
            known.append(mark)
        else:
            left_out[f"label {printable(mark.label)}"] += 1
    spans: dict[tuple[int, int, str], Mapping[str, tuple[str, ...]]] = {}
    at: dict[int | str, tuple[int, int, str]] = {}
    for mark, found in zip(known, _grounded(ground, known), strict=True):
        if found.place is None:
            counts[found.how] += 1
            continue
        key = (*found.place, mark.label)
        at.setdefault(mark.number, key)
        if key in spans:
            counts["repeated"] += 1
            continue
        counts[found.how] += 1
        held, rest = scheme.fit_choices(mark.label, mark.choices)
        left_out.update(f"choice {printable(name)}" for name in rest)
        spans[key] = held
    order = sorted(spans)
    links: dict[tuple[int, int, str], None] = {}
    for mark in known:
        for name, other in mark.links:
            if mark.number not in at or other not in at or at[mark.number] == at[other]:
                counts["links without an end"] += 1
                continue
            ends = (at[mark.number], at[other])
            joined = _joined(scheme, name, *(end[2] for end in ends))
            if joined is None:
                left_out[f"link {printable(name)} from {ends[0][2]} to {ends[1][2]}"] += 1
                continue
            head, tail = ends if joined else ends[::-1]
            links[order.index(head), order.index(tail), name] = None
    return Placed(
        spans=tuple((*key, spans[key]) for key in order),
        links=tuple(links),
        counts=counts,
        left_out=left_out,
    )


def printable(name: str) -> str:
    """Return a name that a model made up so that any output can hold it."""
    return name.encode("utf-8", "backslashreplace").decode()[:60]


def _grounded(paragraph: Paragraph, marks: Sequence[Mark]) -> Iterable[Grounded]:
    bare = Counter((mark.label, mark.quote) for mark in marks if mark.occurrence is None)
    given: Counter[tuple[str, str]] = Counter()
    for mark in marks:
        same = (mark.label, mark.quote)
        occurrence = mark.occurrence
        if (
            occurrence is None
            and bare[same] > 1
            and len(paragraph.places(mark.quote)) == bare[same]
        ):
            given[same] += 1
            occurrence = given[same]
        yield paragraph.ground(mark.quote, occurrence)


def _joined(scheme: LabelScheme, name: str, head: str, tail: str) -> bool | None:
    """Tell whether a link fits as it is; `None` where it fits in neither direction."""
    if name not in scheme.link_labels:
        return None
    ends = scheme.link_ends.get(name)
    if ends is None or ends == (head, tail):
        return True
    return False if ends == (tail, head) else None
