"""How far the raters of articles agree: over all pairs, pair by pair, and article by article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.labels import LabelScheme
from annotate.quality.agreement.alpha import Coincidences, choice_coincidences, word_coincidences
from annotate.quality.agreement.measured import Measured, measured_alpha, measured_f1
from annotate.quality.agreement.pairwise import MEASURES, score_links_of_pair, score_pair
from annotate.quality.agreement.raters import Marks, RatedArticle
from annotate.quality.extras import Chosen, Marked, score_choices
from annotate.quality.ground import ALL
from annotate.quality.scoring import ArticleScore, Counts, Tokens, macro_f1, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Two raters: on how many articles they can be compared, and the mean exact F1 of the labels.

    `f1` is `None` where neither marked anything.
    """

    articles: int
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAgreement:
    """How far people agree on one article; `differing` counts the spans that one of two lacks."""

    article_id: str
    people: tuple[str, ...]
    f1: float | None
    labels: Mapping[str, float | None]
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far people agree, over all pairs of annotators of all articles; `all` is the mean."""

    articles: int
    pairs: int
    measures: Mapping[str, Mapping[str, Measured]]
    """Measure → label, or `all` → F1."""
    alpha: Mapping[str, Measured]
    """Label → Krippendorff's alpha of its words; `all`: of the set of labels that cover a word."""
    links: Mapping[str, Measured]
    """Kind of link, or `all` → F1; a link is alike where its kind and both its ends are."""
    choices: Mapping[str, Chosen]
    """Choice → pairs of people who chose alike, of those who drew the same span and chose."""
    choice_alpha: Mapping[str, Measured]
    matrix: Mapping[tuple[str, str], Cell]
    """Two raters, people before model versions, in order of their names."""
    by_article: tuple[ArticleAgreement, ...]
    """The articles that two people did, those with least agreement first."""


def agreement(
    articles: Sequence[RatedArticle], scheme: LabelScheme, *, tolerance: int = 1
) -> Agreement:
    """Return how far people agree on these articles; each pair of annotators counts alike.

    A label, choice or link kind counts for a pair where both looked for it. `tolerance` is the
    number of words by which either end of two spans may differ to be *near*. Models stand in the
    matrix alone.
    """
    labels = scheme.span_labels
    sums: list[ArticleScore] = []
    links: list[ArticleScore] = []
    choices: list[tuple[Marked, Marked, frozenset[str] | None]] = []
    cells: dict[tuple[str, str], list[ArticleScore]] = {}
    by_article: list[ArticleAgreement] = []
    words: dict[str, list[Coincidences]] = {name: [] for name in (ALL, *labels)}
    chosen: dict[str, list[Coincidences]] = {choice.name: [] for choice in scheme.choices}
    pairs = 0
    for article in articles:
        tokens = Tokens.of(article.text)
        found: list[ArticleScore] = []
        people = len(article.people)
        for (n, one), (m, other) in combinations(enumerate((*article.people, *article.models)), 2):
            score = score_pair(article.article_id, one, other, tokens, labels, tolerance=tolerance)
            cells.setdefault((one.rater, other.rater), []).append(score)
            if n < people and m < people:
                found.append(score)
                links.append(score_links_of_pair(article.article_id, one, other))
                choices.append((_marked(one), _marked(other), one.names & other.names))
        if not found:
            continue
        pairs += len(found)
        summed = _sum(article.article_id, found)
        sums.append(summed)
        by_article.append(_of_article(article, summed, labels))
        for name, of_words in words.items():
            covered = labels if name == ALL else (name,)
            if (added := word_coincidences(article.people, tokens, covered)) is not None:
                of_words.append(added)
        for name, of_choices in chosen.items():
            if (added := choice_coincidences(article.people, name)) is not None:
                of_choices.append(added)
    return Agreement(
        articles=len(sums),
        pairs=pairs,
        measures={measure: measured_f1(sums, labels, measure) for measure in MEASURES},
        alpha=measured_alpha(words),
        links=measured_f1(_by_article(links), scheme.link_labels, "exact"),
        choices=score_choices(choices),
        choice_alpha=measured_alpha(chosen),
        matrix={
            names: Cell(articles=len(scores), f1=macro_f1(total(scores, labels)))
            for names, scores in cells.items()
        },
        by_article=tuple(sorted(by_article, key=_worst_first)),
    )


def _marked(marks: Marks) -> Marked:
    return Marked(spans=marks.spans, links=marks.links)


def _by_article(scores: Sequence[ArticleScore]) -> list[ArticleScore]:
    grouped: dict[str, list[ArticleScore]] = {}
    for score in scores:
        grouped.setdefault(score.article_id, []).append(score)
    return [_sum(article_id, found) for article_id, found in grouped.items()]


def _sum(article_id: str, scores: Sequence[ArticleScore]) -> ArticleScore:
    sums: dict[str, dict[str, Counts]] = {}
    for score in scores:
        for label, counts in score.counts.items():
            before = sums.setdefault(label, dict.fromkeys(counts, Counts()))
            sums[label] = {measure: before[measure] + counts[measure] for measure in counts}
    return ArticleScore(article_id, sums)


def _of_article(
    article: RatedArticle, score: ArticleScore, labels: Sequence[str]
) -> ArticleAgreement:
    sums = total([score], labels)
    exact = [counts["exact"] for counts in sums.values()]
    return ArticleAgreement(
        article_id=article.article_id,
        people=tuple(marks.rater for marks in article.people),
        f1=macro_f1(sums),
        labels={label: counts["exact"].f1 for label, counts in sums.items()},
        differing=sum(c.predicted + c.gold - c.found - c.found_gold for c in exact),
    )


def _worst_first(found: ArticleAgreement) -> tuple[bool, float, int, str]:
    return (found.f1 is None, found.f1 or 0.0, -found.differing, found.article_id)
