"""An evaluation as one HTML page: tables, plots, mistakes in their text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.colours import label_colours
from annotate.pages.environment import render
from annotate.quality.calibration import Calibration
from annotate.quality.mistakes import Mistake
from annotate.workflow.learning.evaluation import Evaluation

_CONTEXT = 70  # characters of text on either side of a mistake
_OPEN = 3  # articles whose mistakes are seen at once
_KINDS = ("missed", "spurious", "boundary", "relabelled")
_SIDE = 220  # pixels of the reliability curve


@dataclass(frozen=True, slots=True)
class _Stretch:
    text: str
    gold: bool
    predicted: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A mistake with its labels; `place` is that of the label by which it is filtered."""

    mistake: Mistake
    labels: tuple[str, ...]
    place: int
    stretches: tuple[_Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    """An article's mistakes in reading order, and how many spans it missed and has wrong."""

    article_id: str
    missed: int
    wrong: int
    rows: tuple[_Row, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class _Dot:
    """A bin of the reliability curve, at its place in the picture."""

    x: float
    y: float
    said: str


def evaluation_page(
    evaluation: Evaluation,
    *,
    title: str,
    colours: Mapping[str, str],
    warnings: Sequence[str] = (),
) -> str:
    """Return the page; `title` names what was evaluated, `colours` are the labelling config's.

    `warnings` stand above the scores.
    """
    labels = list(evaluation.labels)
    return render(
        "evaluation.html.j2",
        label_colours=list(label_colours(labels, colours).values()),
        places={label: n for n, label in enumerate(labels)},
        title=title,
        warnings=warnings,
        evaluation=evaluation,
        side=_SIDE,
        dots=_dots(evaluation.calibration),
        kinds=[kind for kind in _KINDS if any(m.kind == kind for m in evaluation.mistakes)],
        articles=_by_article(evaluation, labels),
    )


def _dots(found: Calibration) -> list[_Dot]:
    return [
        _Dot(
            round(_SIDE * b.score, 1),
            round(_SIDE * (1 - b.right), 1),
            f"{b.spans} spans: score {b.score:.2f}, right {b.right:.2f}",
        )
        for b in found.bins
    ]


def _by_article(evaluation: Evaluation, labels: Sequence[str]) -> list[_Article]:
    """Return the articles with mistakes, those with most of them first."""
    rows: dict[str, list[_Row]] = {}
    for mistake in evaluation.mistakes:
        names = _labels(mistake)
        stretches = tuple(_stretches(mistake, evaluation.texts[mistake.article_id]))
        row = _Row(mistake, tuple(names), labels.index(names[0]), stretches)
        rows.setdefault(mistake.article_id, []).append(row)
    return [
        _Article(article_id, missed, wrong, tuple(rows[article_id]), number < _OPEN)
        for number, (article_id, missed, wrong) in enumerate(evaluation.worst(len(rows)))
    ]


def _labels(mistake: Mistake) -> list[str]:
    return list(dict.fromkeys(s.label for s in (mistake.gold, mistake.predicted) if s))


def _stretches(mistake: Mistake, text: str) -> Iterator[_Stretch]:
    """Yield the mistake's surroundings, cut where the gold or the predicted span begins or ends."""
    spans = [span for span in (mistake.gold, mistake.predicted) if span]
    first = max(0, min(span.start for span in spans) - _CONTEXT)
    last = min(len(text), max(span.end for span in spans) + _CONTEXT)
    edges = sorted({first, last, *(edge for span in spans for edge in (span.start, span.end))})
    for start, end in itertools.pairwise(edges):
        gold, predicted = (
            span is not None and span.start <= start and end <= span.end
            for span in (mistake.gold, mistake.predicted)
        )
        yield _Stretch(text[start:end], gold, predicted)
