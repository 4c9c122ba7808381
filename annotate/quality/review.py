"""What several annotators of one article marked, as one: the union, and what of it is disputed.

Links that nobody drew (`Link.inferred`) are left out: they follow from where the spans stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from annotate.quality.agreement.raters import SharedArticle
from annotate.records import Annotation, Link, Span, without_inferred

_Place: TypeAlias = tuple[int, int, str]
_Join: TypeAlias = tuple[_Place, _Place, str]
_Said: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionSpan:
    """A span that somebody drew, with the choices on which all agree who drew it.

    Its id follows from its place and label alone.
    """

    span: Span
    drawn_by: tuple[str, ...]
    lacked_by: tuple[str, ...]
    choices: Mapping[str, _Said]
    """The choices on which they differ: control → annotator → what they chose, if anything."""

    @property
    def disputed(self) -> bool:
        """Whether somebody has not drawn it, or chose otherwise for it."""
        return bool(self.lacked_by or self.choices)

    @property
    def to_choose(self) -> tuple[str, ...]:
        """The controls for which all who drew it chose something, and not all the same."""
        return tuple(name for name, said in self.choices.items() if all(said.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionLink:
    """A link that somebody drew; `lacked_by` are those who drew both of its ends, and not it."""

    link: Link
    drawn_by: tuple[str, ...]
    lacked_by: tuple[str, ...]

    @property
    def disputed(self) -> bool:
        """Whether somebody saw both spans and did not join them; else it goes with its ends."""
        return bool(self.lacked_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOfMarks:
    """Every mark that any annotator drew, each once; spans in the order of the text."""

    spans: tuple[UnionSpan, ...]
    links: tuple[UnionLink, ...]

    @property
    def disputed(self) -> int:
        """How many of the marks are disputed."""
        spans, links = ([mark.disputed for mark in marks] for marks in (self.spans, self.links))
        return sum(spans) + sum(links)


def union_of_marks(article: SharedArticle) -> UnionOfMarks:
    """Return what the annotators of an article drew together, and who drew what."""
    drawn = [without_inferred(annotation) for annotation in article.annotations]
    spans = {a.annotator: _spans(a) for a in drawn}
    links = {a.annotator: _links(a) for a in drawn}
    places = sorted({place for theirs in spans.values() for place in theirs}, key=_order)
    joins = sorted({join for theirs in links.values() for join in theirs})
    return UnionOfMarks(
        spans=tuple(_span(place, spans) for place in places),
        links=tuple(_link(join, spans, links) for join in joins),
    )


def is_disputed(article: SharedArticle) -> bool:
    """Tell whether two of its annotations differ: in a place, label, choice or drawn link."""
    return union_of_marks(article).disputed > 0


def _span(place: _Place, spans: Mapping[str, Mapping[_Place, Span]]) -> UnionSpan:
    by = {who: theirs[place] for who, theirs in spans.items() if place in theirs}
    names = sorted({name for span in by.values() for name in span.attributes})
    said = {
        name: {who: tuple(sorted(span.attributes.get(name, ()))) for who, span in by.items()}
        for name in names
    }
    alike = [name for name in names if len(set(said[name].values())) == 1]
    first = next(iter(by.values()))
    start, end, label = place
    return UnionSpan(
        span=Span(
            id=_id(place),
            start=start,
            end=end,
            label=label,
            attributes={
                name: first.attributes[name] for name in alike if first.attributes.get(name)
            },
        ),
        drawn_by=tuple(by),
        lacked_by=tuple(who for who in spans if who not in by),
        choices={name: said[name] for name in names if name not in alike},
    )


def _link(
    join: _Join,
    spans: Mapping[str, Mapping[_Place, Span]],
    links: Mapping[str, set[_Join]],
) -> UnionLink:
    head, tail, label = join
    by = tuple(who for who, theirs in links.items() if join in theirs)
    return UnionLink(
        link=Link(head_id=_id(head), tail_id=_id(tail), label=label),
        drawn_by=by,
        lacked_by=tuple(
            who for who in spans if who not in by and head in spans[who] and tail in spans[who]
        ),
    )


def _spans(annotation: Annotation) -> dict[_Place, Span]:
    """Return the spans by place; of two that one person drew at one place the first counts."""
    found: dict[_Place, Span] = {}
    for span in annotation.spans:
        found.setdefault(_place(span), span)
    return found


def _links(annotation: Annotation) -> set[_Join]:
    places = {span.id: _place(span) for span in annotation.spans}
    joined = {(places[link.head_id], places[link.tail_id], link.label) for link in annotation.links}
    # Between two spans of one place no link can stand once they are one.
    return {join for join in joined if join[0] != join[1]}


def _place(span: Span) -> _Place:
    return (span.start, span.end, span.label)


def _order(place: _Place) -> tuple[int, int, str]:
    start, end, label = place
    return (start, -end, label)


def _id(place: _Place) -> str:
    start, end, label = place
    return hashlib.sha256(f"{start} {end} {label}".encode()).hexdigest()[:10]
