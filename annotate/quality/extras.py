"""Scores of what hangs on spans: links by their ends, choices on spans that were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.quality.scoring import Counts
from annotate.records import Link, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Spans and links of one article, by people or by a machine."""

    spans: Sequence[Span]
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often a choice was right, on spans that were found exactly and had one in the gold."""

    right: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        """Return the share that was right; `None` where there is none."""
        return self.right / self.of if self.of else None

    def to_json(self) -> dict[str, float | None]:
        """Return the share and what it rests on as JSON."""
        return {"right": self.right, "of": self.of, "share": self.share}


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
            sums[kind] = sums.get(kind, Counts()) + counts
    return dict(sorted(sums.items()))


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
                    before = sums.get(name, Chosen())
                    sums[name] = Chosen(before.right + right, before.of + 1)
    return dict(sorted(sums.items()))


def _ends(marked: Marked) -> set[tuple[str, tuple[int, int, str], tuple[int, int, str]]]:
    places = {span.id: (span.start, span.end, span.label) for span in marked.spans}
    return {
        (link.label, places[link.head_id], places[link.tail_id])
        for link in marked.links
        if link.head_id in places and link.tail_id in places
    }
