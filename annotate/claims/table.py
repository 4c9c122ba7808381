"""The claims of a set of marked articles: one row a mention, in stories and groups of wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.claims.dates import when
from annotate.claims.differences import Difference, differences, in_time
from annotate.claims.roles import Roles, recast, recast_marks
from annotate.claims.stories import find_stories, time_order
from annotate.claims.wordings import group_wordings, likeness
from annotate.labels import LabelScheme
from annotate.quality.mentions import Marked, Mention, mentions
from annotate.records import Annotation, Article, ArticleKey


@dataclass(slots=True, kw_only=True)
class Claim:
    """One mention of a claim. `number` counts rows from 1; story and wording are numbers, too.

    `reference`: of several annotations of the article this one counts. The others' rows have a
    wording only where they mark the very span that the reference marks.
    """

    number: int
    article: Article
    mention: Mention
    reference: bool
    story: int = 0
    wording: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A group of similarly worded claims of one story, in order of time.

    `name` is the longest form, `first_seen` in ISO 8601. `reports` counts the
    near-duplicate groups of their articles: what copies the same text is one voice.
    """

    number: int
    story: int
    name: str
    claims: tuple[Claim, ...]
    first_seen: str | None
    outlets: tuple[str, ...]
    articles: int
    reports: int
    hedged: int
    not_hedged: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that tell the same event, in order of time; `name` is the first one's title."""

    number: int
    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTable:
    """Claims in order of stories, time and text, and what they belong to.

    `wordings` is `None` where groups were left out. `without_claims` counts articles that were read
    and have no claim.
    """

    roles: Roles
    claims: tuple[Claim, ...]
    stories: tuple[Story, ...]
    wordings: tuple[Wording, ...] | None
    articles: int
    without_claims: int
    undated: int
    unreadable: tuple[str, ...] = ()
    """Dates that cannot be read, one an article, sorted; `undated` has them not."""
    ungrouped: int = 0
    """Rows of further annotators that mark what the reference does not."""


def claim_table(
    reference: Sequence[Marked],
    scheme: LabelScheme,
    roles: Roles,
    *,
    others: Sequence[Marked] = (),
    grouped: bool = True,
) -> ClaimTable:
    """Return the table of claims of articles, each with the marks that count (`reference`).

    `others` are further annotations of the same articles, which are rows and nothing else. Of two
    annotations of one article as `reference` each would be a voice: the caller gives one.
    """
    if grouped:
        likeness()  # what is missing is told before the work
    fitted = recast(scheme, roles)
    articles = [item.article for item in reference]
    stories = [
        Story(
            number=number,
            name=_title(articles[places[0]]),
            articles=tuple(articles[p] for p in places),
        )
        for number, places in enumerate(find_stories(articles), 1)
    ]
    story_of = {a.key: story.number for story in stories for a in story.articles}
    items = [(item, True) for item in reference] + [(item, False) for item in others]
    items.sort(
        key=lambda pair: (
            story_of[pair[0].article.key],
            time_order(pair[0].article),
            not pair[1],
            _who(pair[0]),
        )
    )
    claims: list[Claim] = []
    for item, counts in items:
        for mention in mentions([recast_marks(item, roles)], fitted, label=roles.claim):
            claims.append(
                Claim(
                    number=len(claims) + 1,
                    article=item.article,
                    mention=mention,
                    reference=counts,
                    story=story_of[item.article.key],
                )
            )
    wordings = _wordings(claims) if grouped else None
    told = {claim.article.key for claim in claims}
    return ClaimTable(
        roles=roles,
        claims=tuple(claims),
        stories=tuple(stories),
        wordings=wordings,
        articles=len(articles),
        without_claims=sum(article.key not in told for article in articles),
        undated=sum(not (article.published or "").strip() for article in articles),
        unreadable=tuple(sorted(filter(_unreadable, (a.published or "" for a in articles)))),
        ungrouped=sum(c.wording is None for c in claims) if grouped else 0,
    )


def _wordings(claims: Sequence[Claim]) -> tuple[Wording, ...]:
    """Group the reference's claims, story by story; the claims learn their wordings."""
    found: list[Wording] = []
    by_story: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.reference:
            by_story.setdefault(claim.story, []).append(claim)
    for story, told in by_story.items():
        texts = [claim.mention["text"] for claim in told]
        articles = [claim.article.key for claim in told]
        for places in group_wordings(texts, articles=articles, apart=_nested(told)):
            found.append(_wording(len(found) + 1, story, [told[place] for place in places]))
    spans = {_span(c): c.wording for c in claims if c.reference}
    for claim in claims:
        claim.wording = spans.get(_span(claim))
    return tuple(found)


def _wording(number: int, story: int, told: list[Claim]) -> Wording:
    ordered = in_time(told, lambda claim: claim.article, lambda claim: claim.mention)
    for claim in ordered:
        claim.wording = number
    known = [claim.mention["hedged"] for claim in ordered]
    outlets = dict.fromkeys(c.article.outlet for c in ordered if c.article.outlet)
    first = ordered[0].article
    return Wording(
        number=number,
        story=story,
        name=max((c.mention["text"] for c in ordered), key=lambda text: (len(text), text)),
        claims=tuple(ordered),
        first_seen=when(first.published).iso,
        outlets=tuple(outlets),
        articles=len({claim.article.key for claim in ordered}),
        reports=len({claim.mention["group"] or claim.article.article_id for claim in ordered}),
        hedged=known.count(True),
        not_hedged=known.count(False),
        differences=differences([(c.number, c.article, c.mention) for c in ordered]),
    )


def _nested(told: Sequence[Claim]) -> list[tuple[int, int]]:
    """Return the pairs of claims of one article that share words: a claim and one inside it."""
    by_article: dict[ArticleKey, list[int]] = {}
    for place, claim in enumerate(told):
        by_article.setdefault(claim.article.key, []).append(place)
    found: list[tuple[int, int]] = []
    for places in by_article.values():
        places.sort(key=lambda place: told[place].mention["start"])
        for at, one in enumerate(places):
            for other in places[at + 1 :]:
                if told[other].mention["start"] >= told[one].mention["end"]:
                    break
                if told[one].mention["text"] != told[other].mention["text"]:
                    found.append((one, other))
    return found


def _span(claim: Claim) -> tuple[ArticleKey, int, int]:
    return claim.article.key, claim.mention["start"], claim.mention["end"]


def _who(item: Marked) -> str:
    marks = item.marks
    return marks.annotation_id if isinstance(marks, Annotation) else marks.model_version


def _unreadable(published: str) -> bool:
    return bool(published.strip()) and when(published).day is None


def _title(article: Article) -> str:
    if article.title:
        return article.title
    first = next(line.strip() for line in article.text.splitlines() if line.strip())
    return first if len(first) <= 120 else f"{first[:119].rstrip()}…"
