"""Stories: articles that tell the same event.

One pass in order of time, as in topic detection and tracking (Allan et al. 1998): an article joins
the story whose articles it resembles most, on average (TF-IDF of words), if that is enough and the
story's last article is not long ago; else it begins a story. Dates that are not known forbid
nothing. benchmarks/claim_groups.py has measured the numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from annotate.articles.duplicates import NearDuplicates
from annotate.claims.dates import Day, when
from annotate.claims.tfidf import alike, tfidf
from annotate.claims.words import EMPTY
from annotate.records import Article

SIMILARITY = 0.09
"""Mean cosine of an article with those of a story from which it belongs to it."""

DAYS = 45
"""A story without a new article for longer is over."""

_BACKGROUND = 20  # imagined articles without a name
_FLOOR = 0.01  # cosines below it count as 0
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def find_stories(
    articles: Sequence[Article], *, similarity: float = SIMILARITY, days: int = DAYS
) -> list[list[int]]:
    """Return the stories as places in `articles`, each in order of time (then outlet, id).

    Every article stands in exactly one. The order of the articles changes nothing.
    """
    order = sorted(range(len(articles)), key=lambda place: time_order(articles[place]))
    dates = [when(articles[place].published) for place in order]
    words = [_words(articles[place].text) for place in order]
    vectors = tfidf(words, common=EMPTY, background=_BACKGROUND, floor=0.3)
    story_of: list[int] = []
    stories: list[list[int]] = []
    last: list[Day | None] = []
    for row, others, cosines in alike(vectors, _FLOOR):
        sums: dict[int, float] = {}
        for other, cosine in zip(others.tolist(), cosines.tolist(), strict=True):
            sums[story_of[other]] = sums.get(story_of[other], 0.0) + cosine
        date = dates[row]
        near = [
            (total / len(stories[story]), -story)
            for story, total in sums.items()
            if _still_told(last[story], date.day, days)
        ]
        best, story = max(near, default=(0.0, 0))
        if best >= similarity:
            story = -story
        else:
            story = len(stories)
            stories.append([])
            last.append(None)
        stories[story].append(row)
        last[story] = max((d for d in (last[story], date.until) if d is not None), default=None)
        story_of.append(story)
    return [[order[row] for row in story] for story in stories]


def near_duplicate_groups(articles: Sequence[Article]) -> list[str]:
    """Return for every article the id of the first (by id) that it nearly repeats, or its own."""
    order = sorted(range(len(articles)), key=lambda p: (articles[p].article_id, articles[p].text))
    known = NearDuplicates((str(place), articles[place].text) for place in order)
    groups: dict[int, str] = {}
    for place in order:
        found = known.find(articles[place].text)
        first = place if found is None else int(found)
        groups[place] = groups.get(first, articles[place].article_id)
    return [groups[place] for place in range(len(articles))]


def time_order(article: Article) -> tuple[bool, str, str, str, str]:
    """Return what articles are ordered by: date and time, outlet, id; undated ones come last."""
    moment = when(article.published)
    return (
        moment.day is None,
        moment.exact,
        article.outlet or "",
        article.article_id,
        article.text_sha256,
    )


def _still_told(last: Day | None, date: Day | None, days: int) -> bool:
    return last is None or date is None or date - last <= timedelta(days=days)


def _words(text: str) -> Counter[str]:
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return Counter(word.removesuffix("'s") for word in _WORD.findall(folded))
