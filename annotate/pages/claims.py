"""Claims as one HTML page: a story, its claims, who vouches, how sure, outlet by outlet in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotate.claims.dates import when
from annotate.claims.differences import Difference, sharpness
from annotate.claims.table import Claim, ClaimTable, Story, Wording
from annotate.colours import label_colours
from annotate.pages.environment import render
from annotate.records import Article, ArticleKey

STORIES = 100
"""A page shows no more."""

_UNKNOWN = "date not known"


@dataclass(frozen=True, slots=True)
class _Row:
    """A mention as it is shown; `tags` say what differs from the article before it."""

    claim: Claim
    date: str
    sources: str
    types: str
    hedges: str
    copy_of: str | None
    """The earlier article of the story whose text it nearly repeats."""
    tags: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    wording: Wording
    longest: str
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _ShownStory:
    story: Story
    copies: Mapping[ArticleKey, str]
    shared: tuple[_Shown, ...]
    alone: tuple[_Row, ...]
    further: tuple[_Row, ...]
    """Rows of further annotators that mark what the gold does not."""


def claims_page(
    table: ClaimTable, *, title: str, colours: Mapping[str, str], marked_by: str
) -> str:
    """Return the page of a table with groups; `colours` are the labelling config's, by label.

    `marked_by` says who made the marks. Rows of further annotators stand under those that count.
    First stand stories with differences, then those with groups, then those that most outlets tell.
    No more than 100 are shown, and what is not is said.
    """
    roles = table.roles
    labels = [label for label in (roles.claim, roles.source, roles.hedge) if label is not None]
    shown = _stories(table)
    return render(
        "claims.html.j2",
        label_colours=list(label_colours(labels, colours).values()),
        title=title,
        marked_by=marked_by,
        everybody=any(not claim.reference for claim in table.claims),
        table=table,
        stories=shown,
        colour={
            "claim": 0,
            "source": labels.index(roles.source) if roles.source else None,
            "hedge": labels.index(roles.hedge) if roles.hedge else None,
        },
        told=sum(len(wording.claims) > 1 for wording in table.wordings or ()),
        differences=sum(len(wording.differences) for wording in table.wordings or ()),
        differences_shown=sum(
            len(group.wording.differences) for story in shown for group in story.shared
        ),
        date=_date,
    )


def _stories(table: ClaimTable) -> list[_ShownStory]:
    wordings: dict[int, list[Wording]] = {}
    for wording in table.wordings or ():
        wordings.setdefault(wording.story, []).append(wording)
    others: dict[int, list[Claim]] = {}
    for claim in table.claims:
        if not claim.reference:
            others.setdefault(claim.story, []).append(claim)
    told = [s for s in table.stories if s.number in wordings or s.number in others]
    told.sort(key=lambda story: _rank(story, wordings.get(story.number, [])))
    return [
        _shown(story, wordings.get(story.number, []), others.get(story.number, []))
        for story in told[:STORIES]
    ]


def _rank(story: Story, wordings: list[Wording]) -> tuple[bool, bool, int, int]:
    return (
        not any(wording.differences for wording in wordings),
        not any(wording.articles > 1 for wording in wordings),
        -_voices(story),
        story.number,
    )


def _voices(story: Story) -> int:
    return len({article.outlet or article.article_id for article in story.articles})


def _shown(story: Story, wordings: list[Wording], others: list[Claim]) -> _ShownStory:
    beside: dict[int | None, list[Claim]] = {}
    for claim in others:
        beside.setdefault(claim.wording, []).append(claim)
    shared = [wording for wording in wordings if wording.articles > 1]
    shared.sort(key=lambda wording: (-wording.reports, -wording.articles, wording.number))
    alone = [wording for wording in wordings if wording.articles <= 1]
    copies = _copies(story, [*(c for w in wordings for c in w.claims), *others])
    return _ShownStory(
        story=story,
        copies=copies,
        shared=tuple(
            _Shown(w, _longest(w), tuple(_rows(w, beside.get(w.number, []), copies)))
            for w in shared
        ),
        alone=tuple(row for w in alone for row in _rows(w, beside.get(w.number, []), copies)),
        further=tuple(_row(claim, (), copies) for claim in beside.get(None, [])),
    )


def _copies(story: Story, told: list[Claim]) -> dict[ArticleKey, str]:
    """Return by article the first one of the story whose text it nearly repeats, if another."""
    groups = {claim.article.key: claim.mention["group"] for claim in told}
    first: dict[str, Article] = {}
    found: dict[ArticleKey, str] = {}
    for article in story.articles:
        group = groups.get(article.key)
        if group is not None and first.setdefault(group, article).key != article.key:
            found[article.key] = _name(first[group])
    return found


def _longest(wording: Wording) -> str:
    """Return who wrote the form by which a group is called, the first of them."""
    return next(_name(c.article) for c in wording.claims if c.mention["text"] == wording.name)


def _name(article: Article) -> str:
    return article.outlet or article.title or article.article_id


def _rows(wording: Wording, others: list[Claim], copies: Mapping[ArticleKey, str]) -> list[_Row]:
    places = {claim.number: claim for claim in wording.claims}
    rows: list[_Row] = []
    beside: dict[object, list[Claim]] = {}
    for other in others:
        beside.setdefault(_place(other), []).append(other)
    for claim in wording.claims:
        tags = tuple(
            (difference.kind, _colour(difference), _beside(difference, places[difference.before]))
            for difference in wording.differences
            if difference.claim == claim.number
        )
        rows.append(_row(claim, tags, copies))
        rows += [_row(other, (), copies) for other in beside.pop(_place(claim), [])]
    return rows


def _row(
    claim: Claim, tags: tuple[tuple[str, str, str], ...], copies: Mapping[ArticleKey, str]
) -> _Row:
    return _Row(
        claim=claim,
        date=_date(claim.article),
        sources=_sources(claim),
        types=_types(claim),
        hedges=_hedges(claim),
        copy_of=copies.get(claim.article.key),
        tags=tags,
    )


def _place(claim: Claim) -> tuple[ArticleKey, int, int]:
    return claim.article.key, claim.mention["start"], claim.mention["end"]


def _date(article: Article) -> str:
    found = when(article.published).iso
    if found is not None:
        return found
    return f"date not read: {article.published}" if article.published else _UNKNOWN


def _beside(difference: Difference, claim: Claim) -> str:
    said = f"{'before' if difference.ordered else 'beside'}: {_name(claim.article)}"
    return f"{said}; {difference.missing}" if difference.missing else said


def _colour(difference: Difference) -> str:
    if difference.kind in ("hedge dropped", "source vaguer"):
        return "removed"
    return "added" if difference.kind in ("hedge added", "source sharper") else "moved"


def _sources(claim: Claim) -> str:
    chain = claim.mention["chain"]
    if chain is None:
        return "sources not annotated"
    return " → ".join(chain) or "nobody named: the writer's own voice"


def _types(claim: Claim) -> str:
    types = claim.mention["source_types"]
    if not types:
        return ""
    said = ", ".join(dict.fromkeys(kind or "type not told" for kind in types))
    return said if sharpness(claim.mention) is not None or None in types else f"{said} (not ranked)"


def _hedges(claim: Claim) -> str:
    hedges = claim.mention["hedges"]
    if hedges is None:
        return "hedges not annotated"
    return ", ".join(hedges) or "no hedge"
