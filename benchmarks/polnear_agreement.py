"""Agreement on the articles of PolNeAR that several people annotated, beside the published alpha.

    python benchmarks/polnear_agreement.py polnear-agreement.jsonl

Newell, Margolin and Ruths 2018, "An Attribution Relations Corpus for Political News", publish an
alpha of 75.4 over tokens.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

from annotate.labels import LabelScheme
from annotate.quality.agreement.alpha import alpha, word_coincidences
from annotate.quality.agreement.measured import Measured
from annotate.quality.agreement.raters import Marks, RatedArticle
from annotate.quality.agreement.report import agreement
from annotate.quality.scoring import Tokens
from annotate.records import Span

LABELS = ("Source", "Cue", "Content")


def main() -> None:
    """Print alpha and F1 by label, and what alpha becomes of other words and fewer people."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        articles = [_article(json.loads(line)) for line in lines]
    scheme = LabelScheme(from_name="l", to_name="t", text_key="text", span_labels=LABELS)
    found = agreement(articles, scheme)
    print(f"{found.articles} articles, {found.pairs} pairs")
    for label, of_words in found.alpha.items():
        exact, near, token = (found.measures[m][label] for m in ("exact", "near", "token"))
        print(
            f"{label:8} alpha {_said(of_words)}; F1 exact {_said(exact)}, near {_said(near)}, "
            f"words {_said(token)}"
        )
    print(f"mean of the labels' alpha: {_mean([found.alpha[label].value for label in LABELS])}")
    print(f"all, without punctuation marks: {_alpha(articles, _words_alone)}")
    people = sorted({p.rater for article in articles for p in article.people})
    kept = [_alpha([_only(a, {*people} - {one}) for a in articles]) for one in people]
    print(f"all, without one of the people: {min(kept)} to {max(kept)}")
    pairs = [_alpha([_only(a, {*pair}) for a in articles]) for pair in combinations(people, 2)]
    print(f"all, pairs of people: {min(pairs)} to {max(pairs)}")


def _article(line: dict[str, Any]) -> RatedArticle:
    return RatedArticle(
        article_id=str(line["article_id"]),
        text=str(line["text"]),
        people=tuple(
            Marks(
                rater=a["annotator"],
                spans=tuple(
                    Span(id=str(n), start=s["start"], end=s["end"], label=s["label"])
                    for n, s in enumerate(a["spans"])
                ),
                names=frozenset(LABELS),
            )
            for a in line["annotations"]
        ),
    )


def _alpha(
    articles: list[RatedArticle],
    tokens: Callable[[str], Tokens] = Tokens.of,
) -> str:
    added = [word_coincidences(a.people, tokens(a.text), LABELS) for a in articles]
    return f"{100 * (alpha([found for found in added if found is not None]) or 0):.1f}"


def _words_alone(text: str) -> Tokens:
    both = zip(*Tokens.of(text), strict=True)
    words = [(start, end) for start, end in both if text[start].isalnum()]
    return Tokens([start for start, _ in words], [end for _, end in words])


def _only(article: RatedArticle, who: set[str]) -> RatedArticle:
    people = tuple(person for person in article.people if person.rater in who)
    return RatedArticle(article_id=article.article_id, text=article.text, people=people)


def _mean(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{100 * sum(known) / len(known):.1f}"


def _said(found: Measured) -> str:
    value, low, high = found.value or 0, found.low or 0, found.high or 0
    return f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


if __name__ == "__main__":
    main()
