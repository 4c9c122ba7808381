"""Scores of what hangs on spans: links by their ends, choices on spans that were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from annotate.quality.scoring import Counts
from annotate.records import Link, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Spans and links of one article, by people or by a machine."""

    spans: Sequence[Span]
    links: Sequence[Link]


_Sum = TypeVar("_Sum", Counts, "Chosen")


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often a choice was right, on spans that were found exactly and had one in the gold."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Chosen) -> Chosen:
        return Chosen(self.right + other.right, self.of + other.of)

    @property
    def share(self) -> float | None:
        """Return the share that was right; `None` where there is none."""
        return self.right / self.of if self.of else None

    def to_json(self) -> dict[str, float | None]:
        """Return the share and what it rests on as JSON."""
        return {"right": self.right, "of": self.of, "share": self.share}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """Scores of what hangs on the spans of some articles."""

    links: Mapping[str, Counts] = field(default_factory=dict)
    """Kind of link → counts; one is right where both its ends are."""
    choices: Mapping[str, Chosen] = field(default_factory=dict)
    """Choice → how often it was right on spans that were found."""

    def __add__(self, other: Extras) -> Extras:
        return Extras(
            links=_added(self.links, other.links), choices=_added(self.choices, other.choices)
        )

    def to_json(self) -> dict[str, Any]:
        """Return both as JSON; values in [0, 1], null where there is none."""
        return {
            "links": {kind: counts.to_json() for kind, counts in self.links.items()},
            "choices": {name: chosen.to_json() for name, chosen in self.choices.items()},
        }


def score_extras(articles: Iterable[tuple[Marked, Marked, frozenset[str] | None]]) -> Extras:
    """Score links and choices of (gold, predicted) articles; see the two functions below."""
    pairs = list(articles)
    return Extras(links=score_links(pairs), choices=score_choices(pairs))


def score_links(pairs: Iterable[tuple[Marked, Marked, frozenset[str] | None]]) -> dict[str, Counts]:
    """Count the links of (gold, predicted) articles, by kind; names are those annotated there.

    Without names all was annotated. A link is right where both its ends (offsets and labels) and
    its kind are. A kind that nobody annotated in an article is not scored there.
    """
    sums: dict[str, Counts] = {}
    for gold, predicted, names in pairs:
        theirs, ours = _ends(gold), _ends(predicted)
        kinds = {kind for kind, *_ in theirs | ours}
        for kind in sorted(kinds if names is None else kinds & names):
            wanted = {link for link in theirs if link[0] == kind}
            found = {link for link in ours if link[0] == kind}
            both = len(wanted & found)
            counts = Counts(both, len(found), both, len(wanted))
            sums = _added(sums, {kind: counts})
    return sums


def score_choices(
    pairs: Iterable[tuple[Marked, Marked, frozenset[str] | None]],
) -> dict[str, Chosen]:
    """Count the choices of spans that were found exactly, by name of the choice."""
    sums: dict[str, Chosen] = {}
    for gold, predicted, names in pairs:
        said = {(span.start, span.end, span.label): span.attributes for span in predicted.spans}
        for span in gold.spans:
            place = (span.start, span.end, span.label)
            for name, options in span.attributes.items():
                if (names is None or name in names) and options and place in said:
                    right = set(said[place].get(name, ())) == set(options)
                    sums = _added(sums, {name: Chosen(int(right), 1)})
    return sums


def _added(one: Mapping[str, _Sum], other: Mapping[str, _Sum]) -> dict[str, _Sum]:
    """Return the sums by name, in order of the names."""
    sums = dict(one)
    for name, found in other.items():
        sums[name] = sums[name] + found if name in sums else found
    return dict(sorted(sums.items()))


def _ends(marked: Marked) -> set[tuple[str, tuple[int, int, str], tuple[int, int, str]]]:
    places = {span.id: (span.start, span.end, span.label) for span in marked.spans}
    return {
        (link.label, places[link.head_id], places[link.tail_id])
        for link in marked.links
        if link.head_id in places and link.tail_id in places
    }
