"""Gold spans that a training did not see as they were marked: kept by name, told by count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.corpus import CorpusReport

_NAMED = 3

_WHERE = {"train": "training gold", "dev": "development articles"}
_WHAT = {
    "moved": "moved to token boundaries",
    "lost": "lost",
    "unreachable": "out of the model's reach",
}


def span_issues(
    reports: Mapping[str, CorpusReport], corpora: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return every such span of the reports (`train`, `dev`, `foreign`), with the reason.

    `corpora` names the foreign corpus that an article comes from.
    """
    names = corpora or {}
    found: list[dict[str, Any]] = []
    for part, report in reports.items():
        found += [
            {
                **_of(part, issue.article_id, names),
                "span": issue.span.id,
                "label": issue.span.label,
                "start": issue.span.start,
                "end": issue.span.end,
                "what": issue.what,
                "reason": issue.reason,
                "moved_to": [issue.start, issue.end] if issue.what == "moved" else None,
            }
            for issue in report.issues
        ]
        found += [
            {
                **_of(part, article_id, names),
                "label": label,
                "start": start,
                "end": end,
                "what": "unreachable",
                "reason": "across paragraphs, or crossing spans of its label",
            }
            for article_id, start, end, label in report.unreachable
        ]
    return found


def told_issues(issues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each part of the gold that has such spans: counts, and where they are."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for issue in issues:
        part = issue.get("part", "train")
        where = _WHERE.get(part) or f"foreign corpus {issue.get('corpus') or 'without a name'}"
        parts.setdefault(where, []).append(issue)
    return [f"{where}: {_counts(held)}, in {_articles(held)}" for where, held in parts.items()]


def _of(part: str, article_id: str, corpora: Mapping[str, str]) -> dict[str, Any]:
    corpus = corpora.get(article_id) if part == "foreign" else None
    return {"part": part, "corpus": corpus, "article_id": article_id}


def _counts(issues: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(issue["what"] for issue in issues)
    return ", ".join(f"{counts[what]} {said}" for what, said in _WHAT.items() if counts[what])


def _articles(issues: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(issue["article_id"] for issue in issues))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
