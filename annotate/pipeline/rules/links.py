"""Links between the spans of a text: which source vouches for a claim, what a hedge weakens."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# How many paragraphs before its own the source of a continued quotation can stand.
_REACH = 2

# How many tokens may stand between a claim and the source behind it that somebody quoted names.
_BEHIND = 2

# How many tokens a source behind a claim is farther from it than it seems, where a claim of its own
# follows: "Although he granted that … , he insisted that …".
_OF_ITS_OWN = 5


class LinkSpan(NamedTuple):
    """A span to link: a half-open range of token indices of the text, and its label."""

    start: int
    end: int
    label: str


class Link(NamedTuple):
    """A link between two spans, by their positions in the sequence that was given."""

    head: int
    tail: int
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the tokens of a text stand. The sequences are parallel to the tokens.

    `sentences` and `paragraphs` number them from 0 through the whole text (white space has the
    number of what precedes it, or 0); `quoted` says whether a token is within a quotation.
    """

    sentences: Sequence[int]
    paragraphs: Sequence[int]
    quoted: Sequence[bool]


def predict_links(spans: Sequence[LinkSpan], layout: Layout) -> list[Link]:
    """Link each Claim to the Sources that vouch for it and each Hedge to the Claim it weakens.

    The labels of the links are `attributed_to` and `hedges`. A Content is linked as a Claim is, and
    besides to its Cue, `cued_by`. Spans of other labels have no links. The links are sorted by
    head, then tail.
    """
    contents = [index for index, span in enumerate(spans) if span.label == "Content"]
    text = _Text([_as_claim(span) for span in spans], layout)
    links = [
        Link(hedge, claim, "hedges")
        for hedge in text.indices("Hedge")
        if (claim := _hedged_claim(hedge, text)) is not None
    ]
    hedged = {link.tail for link in links}
    vouching = {
        claim: _vouching(claim, text, hedged=claim in hedged) for claim in text.indices("Claim")
    }
    taken = {sources[0] for sources in vouching.values() if sources}
    for claim, sources in vouching.items():
        # The nearest source comes first; another one beside it counts where it has no claim yet.
        links.extend(
            Link(claim, source, "attributed_to")
            for place, source in enumerate(sources)
            if place == 0 or source not in taken
        )
    links += [
        Link(content, cue, "cued_by")
        for content in contents
        if (cue := _cue(content, vouching[content], text)) is not None
    ]
    return sorted(links)


def _as_claim(span: LinkSpan) -> LinkSpan:
    return span._replace(label="Claim") if span.label == "Content" else span


def _run_ends(quoted: Sequence[bool]) -> list[int]:
    """Return for each token where the quotation around it ends, 0 where there is none."""
    ends = [0] * len(quoted)
    end = 0
    for index in range(len(quoted) - 1, -1, -1):
        if quoted[index]:
            end = end or index + 1
            ends[index] = end
        else:
            end = 0
    return ends


class _Text:
    """The spans of a text, which can be asked for by label and place."""

    def __init__(self, spans: Sequence[LinkSpan], layout: Layout) -> None:
        self.spans = spans
        self.layout = layout
        self._labels: dict[str, list[int]] = {}
        self._places: dict[tuple[str, int], list[int]] = {}
        for index, span in enumerate(spans):
            self._labels.setdefault(span.label, []).append(index)
            first, last = layout.sentences[span.start], layout.sentences[span.end - 1]
            for sentence in range(first, last + 1):
                self._places.setdefault((span.label, sentence), []).append(index)
        self.sources = sorted(self.indices("Source"), key=lambda index: spans[index].start)
        self.reported = self._find_reported()
        self.speakers = [s for s in self.sources if not self.in_quotation(s)]
        self._quotation_ends = _run_ends(layout.quoted)
        self._claims_from: dict[int, list[int]] = {}
        self._last_starts: dict[int, int] = {}
        for claim in self.indices("Claim"):
            start, end, _ = spans[claim]
            self._claims_from.setdefault(start, []).append(claim)
            self._last_starts[end] = max(start, self._last_starts.get(end, start))
        self._starts = sorted({*self._claims_from, *(spans[s].start for s in self.sources)})

    def _find_reported(self) -> frozenset[int]:
        """Find the sources within a claim."""
        spans = self.spans
        claims = sorted(self.indices("Claim"), key=lambda index: spans[index].start)
        reported: list[int] = []
        place = reach = 0
        for source in self.sources:
            while place < len(claims) and spans[claims[place]].start <= spans[source].start:
                reach = max(reach, spans[claims[place]].end)
                place += 1
            if spans[source].end <= reach:
                reported.append(source)
        return frozenset(reported)

    def indices(self, label: str) -> Sequence[int]:
        """Return the positions of all spans of a label."""
        return self._labels.get(label, ())

    def beside(self, index: int, label: str) -> list[int]:
        """Return the other spans of a label that share a sentence with a span."""
        span = self.spans[index]
        sentences = self.layout.sentences
        found: dict[int, None] = {}
        for sentence in range(sentences[span.start], sentences[span.end - 1] + 1):
            found.update(dict.fromkeys(self._places.get((label, sentence), ())))
        return [other for other in found if other != index]

    def in_quotation(self, index: int) -> bool:
        """Say whether a span begins within a quotation."""
        return self.layout.quoted[self.spans[index].start]

    def closes_quotation(self, source: int, claim: int) -> bool:
        """Say whether a source stands right behind the quotation in which a claim begins."""
        end = self._quotation_ends[self.spans[claim].start]
        return end > 0 and 0 <= self.spans[source].start - end <= 1

    def leads(self, source: int) -> Sequence[int]:
        """Return the claims that a source leads to: they begin where its sentence's next mark does.

        Where that mark is another source, there is none.
        """
        span = self.spans[source]
        place = bisect_left(self._starts, span.end)
        if place == len(self._starts):
            return ()
        start, sentences = self._starts[place], self.layout.sentences
        near = sentences[start] <= sentences[span.end - 1]
        return self._claims_from.get(start, ()) if near else ()

    def ends_innermost(self, claim: int) -> bool:
        """Say whether no claim that ends where this one does begins later."""
        span = self.spans[claim]
        return span.start == self._last_starts[span.end]

    def contains(self, outer: int, inner: int) -> bool:
        """Say whether a span covers another one."""
        one, other = self.spans[outer], self.spans[inner]
        return one.start <= other.start and other.end <= one.end

    def distance(self, one: int, other: int) -> int:
        """Return the number of tokens between two spans, 0 where they touch or overlap."""
        first, second = self.spans[one], self.spans[other]
        return max(0, second.start - first.end, first.start - second.end)

    def length(self, index: int) -> int:
        """Return the number of tokens of a span."""
        return self.spans[index].end - self.spans[index].start


def _cue(content: int, sources: Sequence[int], text: _Text) -> int | None:
    """Return the cue of a content: nearest to its source, then to itself; else of its sentence."""
    places = [sources[0], content] if sources else [content]
    cues = {
        cue: None
        for place in places
        for cue in text.beside(place, "Cue")
        if not text.contains(content, cue)
    }
    return min(cues, key=lambda cue: [text.distance(cue, place) for place in places], default=None)


def _hedged_claim(hedge: int, text: _Text) -> int | None:
    """Return the innermost claim around a hedge, else the nearest one of its sentence."""
    claims = text.beside(hedge, "Claim")
    around = [claim for claim in claims if text.contains(claim, hedge)]
    if around:
        return min(around, key=text.length)
    return min(claims, key=lambda claim: text.distance(claim, hedge), default=None)


def _vouching(claim: int, text: _Text, *, hedged: bool) -> list[int]:
    """Return the sources that vouch for a claim directly, the nearest first."""
    sources = [s for s in text.beside(claim, "Source") if not text.contains(claim, s)]
    around = [
        other
        for other in text.beside(claim, "Claim")
        if text.contains(other, claim) and text.length(other) > text.length(claim)
    ]
    if around:
        parent = min(around, key=text.length)
        inner = [source for source in sources if text.contains(parent, source)]
        if inner:
            return [min(inner, key=lambda source: text.distance(source, claim))]
    quoted = text.in_quotation(claim)
    if quoted:
        sources = [
            s for s in sources if not text.in_quotation(s) or _named_in_quotation(s, claim, text)
        ]
    outer = [s for s in sources if s not in text.reported or text.closes_quotation(s, claim)]
    if outer:
        return _nearest_with_chain(claim, outer, text)
    elsewhere = [] if hedged and not quoted else _from_other_sentences(claim, text)
    return elsewhere or (_nearest_with_chain(claim, sources, text) if sources else [])


def _named_in_quotation(source: int, claim: int, text: _Text) -> bool:
    """Say whether a source leads to a claim, or stands right behind it and behind no smaller one.

    Whom somebody who is quoted names ("I think", "as you know") vouches for such a claim alone; for
    the others that person does.
    """
    gap = text.spans[source].start - text.spans[claim].end
    behind = 0 <= gap <= _BEHIND and text.ends_innermost(claim)
    return behind or claim in text.leads(source)


def _nearest_with_chain(claim: int, sources: Sequence[int], text: _Text) -> list[int]:
    """Return the nearest source, then one that ends just before it ("Citing officials, …")."""
    spans = text.spans

    def gap(source: int) -> int:
        behind = spans[source].start >= spans[claim].end and not text.in_quotation(claim)
        its_own = _OF_ITS_OWN if behind and text.leads(source) else 0
        return text.distance(source, claim) + its_own

    nearest = min(sources, key=lambda s: (gap(s), spans[s].start))
    if spans[nearest].end > spans[claim].start:
        return [nearest]
    return [
        nearest,
        *(s for s in sources if 0 <= spans[nearest].start - spans[s].end <= 1 and s != nearest),
    ]


def _from_other_sentences(claim: int, text: _Text) -> list[int]:
    """Return the source of a claim whose sentence has none.

    It is the last one before it in its paragraph, the next one there, or the last one of the
    paragraphs before. Whom somebody who is quoted names does not count, where there are others.
    """
    spans, paragraphs = text.spans, text.layout.paragraphs
    sources = text.speakers or text.sources
    place = bisect_left(sources, spans[claim].start, key=lambda s: spans[s].start)
    paragraph = paragraphs[spans[claim].start]
    last = sources[place - 1] if place else None
    following = sources[place] if place < len(sources) else None
    if last is not None and paragraphs[spans[last].start] == paragraph:
        return [last]
    if following is not None and paragraphs[spans[following].start] == paragraph:
        return [following]
    near = last is not None and paragraph - paragraphs[spans[last].start] <= _REACH
    return [last] if last is not None and near else []
