"""Concordance: where words and marks stand, each with the words around it. Pure.

Words alone are looked for in the texts, whether anybody marked them or not, and each place tells
which marks cover it: so one sees where the same word is marked and where it is not. With a label, a
choice or a link the marks themselves are looked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from annotate.errors import UsageError
from annotate.labels import LabelScheme
from annotate.quality.mentions import CONTEXT, Marked
from annotate.records import Annotation, Span

UNMARKED = "unmarked"
"""Stands for places that no mark covers, beside the labels."""

_OUTLETS = 30  # named where another one was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; what is `None` restricts nothing.

    `text` is words as they are written, whole ones, in any case and with any white space between
    them; with `regex` a regular expression of Python. `choice` is a control, or control=option.
    `link` is a link kind that the span has at either end, `without_link` one that it has not.
    `without_label` keeps the words that no mark of this label covers.
    """

    text: str | None = None
    regex: bool = False
    label: str | None = None
    choice: str | None = None
    link: str | None = None
    without_link: str | None = None
    without_label: str | None = None
    outlet: str | None = None

    @property
    def of_marks(self) -> bool:
        """Whether marks are looked for, not words."""
        marks = (self.label, self.choice, self.link, self.without_link)
        return self.text is None or any(part is not None for part in marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place: code-point offsets, half-open, and the text around it.

    `labels` are those of the marks that cover it, the smallest first; of a mark its own alone.
    `choices` and `links` (kind → texts at the other end) are those of a mark.
    """

    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    before: str
    text: str
    after: str
    labels: tuple[str, ...]
    choices: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    by: str
    reference: bool = True
    """Whether it is of the marks that count."""


def check_query(query: Query, scheme: LabelScheme) -> re.Pattern[str] | None:
    """Return the pattern of the query's text.

    Raises `UsageError` for a label, choice or link that the scheme has not, for an empty text, and
    for a regular expression that is none.
    """
    control, _, option = (query.choice or "").partition("=")
    choice = scheme.choice(control)
    for option_name, wanted, known in (
        ("--label", query.label, scheme.span_labels),
        ("--choice", control or None, tuple(c.name for c in scheme.choices)),
        ("--choice", option or None, choice.options if choice else ()),
        ("--link", query.link, scheme.link_labels),
        ("--without-link", query.without_link, scheme.link_labels),
        ("--without-label", query.without_label, scheme.span_labels),
    ):
        if wanted is not None and wanted not in known:
            listed = ", ".join(known) or "none"
            raise UsageError(f"{option_name}: no {wanted!r} here; there are: {listed}")
    if query.without_label is not None and query.of_marks:
        raise UsageError(
            "--without-label is about words: name a text, and no --label, --choice or link"
        )
    if query.text is None:
        return None
    if not query.text.strip():
        raise UsageError("the text to look for is empty")
    try:
        return re.compile(query.text if query.regex else _whole(query.text), re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"{query.text!r} is no regular expression: {error}") from None


def _whole(text: str) -> str:
    """Return the expression of whole words; a sign at either end ("£", "“") is no part of one."""
    words = text.split()
    before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", words[-1]) else ""
    return before + r"\s+".join(map(re.escape, words)) + after


def concordance(
    marked: Iterable[Marked],
    query: Query,
    scheme: LabelScheme,
    *,
    context: int = CONTEXT,
    others: Iterable[Marked] = (),
) -> list[Hit]:
    """Return the places in order of the articles' ids and of their texts.

    `others` are further annotations, whose places are known as ones that do not count.
    Raises `UsageError` for an outlet that no article has, too.
    `context` is the number of characters on either side. Raises `UsageError`; see `check_query`.
    """
    pattern = check_query(query, scheme)
    items = [(item, True) for item in marked] + [(item, False) for item in others]
    _check_outlet(query.outlet, {item.article.outlet for item, _ in items})
    items.sort(key=lambda pair: (pair[0].article.article_id, not pair[1], _by(pair[0])))
    return [
        hit if counts else replace(hit, reference=False)
        for item, counts in items
        if query.outlet is None or _same(query.outlet, item.article.outlet)
        for hit in _hits(item, query, pattern, context)
    ]


@dataclass(slots=True)
class HitCounts:
    """What a concordance comes to that nobody holds as a whole."""

    places: int = 0
    articles: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    unmarked: int = 0

    def add(self, hits: Sequence[Hit]) -> None:
        """Count the places of one article."""
        self.places += len(hits)
        self.articles += bool(hits)
        self.labels.update(label for hit in hits for label in dict.fromkeys(hit.labels))
        self.unmarked += sum(not hit.labels for hit in hits)

    def by_label(self) -> dict[str, int]:
        """Return how many places each label covers, the commonest first, and how many none does."""
        found = dict(sorted(self.labels.items(), key=lambda item: (-item[1], item[0])))
        return {**found, UNMARKED: self.unmarked} if self.unmarked else found


def each_concordance(
    marked: Iterable[Marked], query: Query, scheme: LabelScheme, *, context: int = CONTEXT
) -> Iterator[list[Hit]]:
    """Yield the places of article after article, as they come; memory holds one article.

    Raises `UsageError`: see `check_query`; and at the end for an outlet that no article has.
    """
    pattern = check_query(query, scheme)
    outlets: set[str | None] = set()
    for item in marked:
        outlets.add(item.article.outlet)
        if query.outlet is None or _same(query.outlet, item.article.outlet):
            yield list(_hits(item, query, pattern, context))
    _check_outlet(query.outlet, outlets)


def count_hits(hits: Sequence[Hit]) -> dict[str, int]:
    """Return how many places each label covers, the commonest first, and how many none does."""
    counts = HitCounts()
    counts.add(hits)
    return counts.by_label()


def _hits(
    item: Marked, query: Query, pattern: re.Pattern[str] | None, context: int
) -> Iterator[Hit]:
    text = item.article.text
    spans = sorted(item.marks.spans, key=lambda s: (s.start, s.end, s.label, s.id))
    if query.of_marks:
        for span in spans:
            links = _links(item, span)
            if _fits(span, query, links) and (
                pattern is None or pattern.search(text, span.start, span.end)
            ):
                choices = tuple(
                    f"{name}={value}" for name, held in span.attributes.items() for value in held
                )
                yield _hit(
                    item, (span.start, span.end), context, (span.label,), choices, tuple(links)
                )
    elif pattern is not None:
        for match in pattern.finditer(text):
            if match.start() < match.end():
                covering = [s for s in spans if s.start <= match.start() and match.end() <= s.end]
                covering.sort(key=lambda s: (s.end - s.start, s.label))
                labels = tuple(span.label for span in covering)
                if query.without_label in labels:
                    continue
                yield _hit(item, match.span(), context, labels, (), ())


def _fits(span: Span, query: Query, links: Sequence[tuple[str, str]]) -> bool:
    kinds = {kind for kind, _ in links}
    control, equals, option = (query.choice or "").partition("=")
    chosen = span.attributes.get(control, ())
    return (
        query.label in (None, span.label)
        and (not control or (option in chosen if equals else bool(chosen)))
        and (query.link is None or query.link in kinds)
        and (query.without_link is None or query.without_link not in kinds)
    )


def _links(item: Marked, span: Span) -> list[tuple[str, str]]:
    ends = {s.id: s for s in item.marks.spans}
    found = [
        (link.label, ends[link.tail_id if link.head_id == span.id else link.head_id])
        for link in item.marks.links
        if span.id in (link.head_id, link.tail_id)
    ]
    found.sort(key=lambda pair: (pair[0], pair[1].start, pair[1].end))
    return [(kind, item.article.text[other.start : other.end]) for kind, other in found]


def _hit(
    item: Marked,
    place: tuple[int, int],
    context: int,
    labels: tuple[str, ...],
    choices: tuple[str, ...],
    links: tuple[tuple[str, str], ...],
) -> Hit:
    article, (start, end) = item.article, place
    return Hit(
        article_id=article.article_id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        start=start,
        end=end,
        before=article.text[max(0, start - context) : start],
        text=article.text[start:end],
        after=article.text[end : end + context],
        labels=labels,
        choices=choices,
        links=links,
        by=_by(item),
    )


def _by(item: Marked) -> str:
    marks = item.marks
    return marks.annotator if isinstance(marks, Annotation) else marks.model_version


def _check_outlet(wanted: str | None, held: Iterable[str | None]) -> None:
    known = sorted({outlet for outlet in held if outlet})
    if wanted is not None and not any(_same(wanted, outlet) for outlet in known):
        listed = ", ".join(known[:_OUTLETS]) or "none"
        more = f" and {len(known) - _OUTLETS} more" if len(known) > _OUTLETS else ""
        raise UsageError(f"--outlet: no {wanted!r} here; there are: {listed}{more}")


def _same(wanted: str, outlet: str | None) -> bool:
    return outlet is not None and outlet.casefold() == wanted.casefold()
