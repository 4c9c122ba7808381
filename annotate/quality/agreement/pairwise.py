"""Two raters of one article: F1 of their spans and links, which overlap and nesting do not trouble.

Chance-corrected coefficients need units that everybody judged; spans that anybody may draw anywhere
have none, and with their number of possible places the correction vanishes: pairwise F1 is what
kappa approaches (Hripcsak and Rothschild 2005, "Agreement, the F-measure, and Reliability in
Information Retrieval"). Where words are the units, there is `annotate.quality.agreement.alpha`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from annotate.quality.agreement.raters import Marks
from annotate.quality.extras import Marked, score_links
from annotate.quality.scoring import ArticleScore, Counts, Tokens

MEASURES = ("exact", "near", "token")
"""`exact`: same offsets, same label. `near`: both ends within the tolerance. `token`: words."""

_Places = Sequence[tuple[int, int]]


def score_pair(
    article_id: str,
    one: Marks,
    other: Marks,
    tokens: Tokens,
    labels: Sequence[str],
    *,
    tolerance: int,
) -> ArticleScore:
    """Count what two raters marked alike: label → measure → counts, `one` as gold.

    A label is counted where both looked for it. `tolerance` is in words: two spans are near where
    they share a word and neither their first nor their last words are further apart. Each span is
    near to one other at most, and as many are paired as can be (Hopcroft and Karp 1973).
    """
    counts: dict[str, dict[str, Counts]] = {}
    for label in labels:
        if label not in one.names or label not in other.names:
            continue
        first, second = (
            {(s.start, s.end) for s in m.spans if s.label == label} for m in (one, other)
        )
        both = len(first & second)
        near = both
        if tolerance and both < min(len(first), len(second)):
            near = _near(_in_tokens(first, tokens), _in_tokens(second, tokens), tolerance)
        words, others = tokens.within(first), tokens.within(second)
        shared = len(words & others)
        counts[label] = {
            "exact": Counts(both, len(second), both, len(first)),
            "near": Counts(near, len(second), near, len(first)),
            "token": Counts(shared, len(others), shared, len(words)),
        }
    return ArticleScore(article_id, counts)


def score_links_of_pair(article_id: str, one: Marks, other: Marks) -> ArticleScore:
    """Count the links that two raters have alike (kind and both ends): kind → counts."""
    pair = (Marked(spans=one.spans, links=one.links), Marked(spans=other.spans, links=other.links))
    found = score_links([(*pair, one.names & other.names)])
    return ArticleScore(article_id, {kind: {"exact": counts} for kind, counts in found.items()})


def _in_tokens(places: set[tuple[int, int]], tokens: Tokens) -> list[tuple[int, int]]:
    """Return the first and the last token of every place that holds one, in order."""
    covered = (tokens.range(start, end) for start, end in sorted(places))
    return [(found[0], found[-1]) for found in covered if found]


def _near(one: _Places, other: _Places, tolerance: int) -> int:
    rows, columns = [], []
    firsts = [first for first, _ in other]  # sorted, since places are
    for row, (first, last) in enumerate(one):
        low, high = bisect_left(firsts, first - tolerance), bisect_right(firsts, first + tolerance)
        for column in range(low, high):
            its_first, its_last = other[column]
            touch = its_first <= last and first <= its_last
            if touch and abs(its_last - last) <= tolerance:
                rows.append(row)
                columns.append(column)
    if not rows:
        return 0
    edges = csr_array(
        (np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(one), len(other))
    )
    return int((maximum_bipartite_matching(edges, perm_type="column") >= 0).sum())
