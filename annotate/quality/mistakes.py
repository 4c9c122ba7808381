"""What kind of mistake each wrong span is, so that people can look at them.

Every predicted and every gold span gets one kind, decided by geometry: `right`; `boundary` (an
overlapping span of its label, moved by so many words at either end); `relabelled` (another label at
the same place); `spurious` (predicted, nothing there); `missed` (gold, nothing found).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Span

Kind: TypeAlias = Literal["right", "boundary", "relabelled", "spurious", "missed"]

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One wrong span; `gold` is what it should have been, `predicted` what was found.

    `words` counts, for a boundary, the words too many (+) or too few (-) at start and end.
    """

    article_id: str
    kind: Kind
    gold: Span | None
    predicted: Span | None
    words: tuple[int, int] = (0, 0)
    score: float | None = None
    """Of the predicted span, where it carries one and whoever looks knows it."""


def find_mistakes(item: GoldAndPredicted, labels: Sequence[str]) -> tuple[list[Mistake], int]:
    """Return the mistakes of an article, in reading order, and the number of right spans."""
    known = [label for label in labels if label in item.labels]
    gold = [span for span in item.gold if span.label in known]
    predicted = [span for span in item.predicted if span.label in known]
    right = {_place(s) for s in gold} & {_place(s) for s in predicted}
    gold = [span for span in gold if _place(span) not in right]
    mistakes: list[Mistake] = []
    for span in predicted:
        if _place(span) in right:
            continue
        partner = _partner(span, gold)
        if partner is not None:
            gold.remove(partner)
        mistakes.append(_mistake(item, span, partner))
    mistakes += [
        Mistake(article_id=item.article_id, kind="missed", gold=span, predicted=None)
        for span in gold
    ]
    return sorted(mistakes, key=_reading_order), len(right)


def confusion(mistakes: Sequence[Mistake], rights: dict[str, int]) -> dict[tuple[str, str], int]:
    """Count (gold label, predicted label); `none` stands for nothing on one side.

    Right and moved spans count for their label; `rights` are the right ones by label.
    """
    counts: Counter[tuple[str, str]] = Counter(
        {(label, label): count for label, count in rights.items()}
    )
    for mistake in mistakes:
        counts[
            mistake.gold.label if mistake.gold else "none",
            mistake.predicted.label if mistake.predicted else "none",
        ] += 1
    return dict(counts)


def _partner(span: Span, gold: Sequence[Span]) -> Span | None:
    """Return the gold span that a wrong one most likely stands for: most shared characters."""
    same = [g for g in gold if g.label == span.label and _shared(g, span) > 0]
    if same:
        return max(same, key=lambda g: _shared(g, span))
    return next((g for g in gold if (g.start, g.end) == (span.start, span.end)), None)


def _mistake(item: GoldAndPredicted, span: Span, partner: Span | None) -> Mistake:
    if partner is None:
        kind: Kind = "spurious"
    elif partner.label != span.label:
        kind = "relabelled"
    else:
        kind = "boundary"
    words = (0, 0)
    if partner is not None and kind == "boundary":
        words = (
            words_between(item.text, span.start, partner.start),
            words_between(item.text, partner.end, span.end),
        )
    return Mistake(article_id=item.article_id, kind=kind, gold=partner, predicted=span, words=words)


def words_between(text: str, start: int, end: int) -> int:
    """Return the words between two offsets, negative if they are the other way round.

    A word is a run of letters and digits, or one other character that is no white space.
    """
    count = len(_WORD.findall(text[min(start, end) : max(start, end)]))
    return count if end >= start else -count


def _shared(a: Span, b: Span) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def _place(span: Span) -> tuple[int, int, str]:
    return (span.start, span.end, span.label)


def _reading_order(mistake: Mistake) -> tuple[int, int]:
    span = mistake.gold or mistake.predicted
    return (span.start, span.end) if span else (0, 0)
