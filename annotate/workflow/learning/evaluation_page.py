"""An evaluation as one HTML page that needs nothing else: tables, plots, mistakes in their text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from html import escape

from annotate.quality.calibration import Calibration
from annotate.quality.mistakes import Mistake
from annotate.workflow.learning.evaluate import Evaluation

_CONTEXT = 70  # characters of text on either side of a mistake
_SHOWN = 300
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
td:has(.text) { text-align: left; font-family: Georgia, serif; }
ins { background: #2ca02c40; text-decoration: none; border-bottom: 2px solid #2ca02c; }
del { background: #d6272840; text-decoration: none; border-bottom: 2px dashed #d62728; }
svg text { fill: currentColor; font-size: 11px; }
"""


def evaluation_page(evaluation: Evaluation, *, title: str) -> str:
    """Return the page; `title` names what was evaluated."""
    low, high = (100 * value for value in evaluation.interval)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style>",
            f"<h1>{escape(title)}</h1>",
            (
                f"<p>{len(evaluation.scores)} articles; macro exact F1 "
                f"<strong>{100 * evaluation.macro['exact']:.1f}</strong> "
                f"(95 % interval {low:.1f} to {high:.1f})</p>"
            ),
            _scores(evaluation),
            "<h2>Calibration</h2>",
            _reliability(evaluation.calibration),
            (
                "<h2>Confusion</h2><p>Rows are gold, columns predicted; moved spans count for "
                "their label, <em>none</em> is missed or spurious.</p>"
            ),
            _confusion(evaluation),
            "<h2>Articles with most mistakes</h2>",
            _table(
                ("article", "missed", "wrong"),
                [(escape(name), missed, wrong) for name, missed, wrong in evaluation.worst()],
            ),
            f"<h2>Mistakes</h2><p><ins>gold</ins> <del>predicted</del>; {_shown(evaluation)}</p>",
            _mistakes(evaluation),
            "</html>",
        ]
    )


def _scores(evaluation: Evaluation) -> str:
    rows = []
    for label, counts in evaluation.counts.items():
        exact = counts["exact"]
        rows.append(
            (
                escape(label),
                exact.gold,
                exact.predicted,
                _percent(exact.precision),
                _percent(exact.recall),
                f"{_percent(exact.f1)} {_bar(exact.f1)}",
                " to ".join(map(_percent, evaluation.label_intervals[label])),
                _percent(counts["overlap"].f1),
                _percent(counts["token"].f1),
            )
        )
    return _table(
        ("label", "gold", "predicted", "P", "R", "exact F1", "95 %", "overlap F1", "token F1"), rows
    )


def _reliability(found: Calibration) -> str:
    """Draw the share of right spans against their score; the diagonal is perfect."""
    if not found.spans:
        return "<p>The predictions carry no scores.</p>"
    side = 220
    points = " ".join(f"{side * b.score:.1f},{side * (1 - b.right):.1f}" for b in found.bins)
    dots = "".join(
        f'<circle cx="{side * b.score:.1f}" cy="{side * (1 - b.right):.1f}" r="4" fill="#1f77b4">'
        f"<title>{b.spans} spans: score {b.score:.2f}, right {b.right:.2f}</title></circle>"
        for b in found.bins
    )
    return (
        f"<p>Expected calibration error {found.error:.3f} over {found.spans} spans.</p>"
        f'<svg width="{side + 60}" height="{side + 50}" viewBox="-45 -10 {side + 60} {side + 50}" '
        'role="img" aria-label="reliability curve">'
        f'<rect width="{side}" height="{side}" fill="none" stroke="currentColor" opacity=".4"/>'
        f'<line x1="0" y1="{side}" x2="{side}" y2="0" stroke="currentColor" opacity=".4"/>'
        f'<polyline points="{points}" fill="none" stroke="#1f77b4" stroke-width="2"/>{dots}'
        f'<text x="{side / 2}" y="{side + 30}" text-anchor="middle">score</text>'
        f'<text x="-8" y="8" text-anchor="end">right</text>'
        f'<text x="-8" y="{side}" text-anchor="end">0</text></svg>'
    )


def _confusion(evaluation: Evaluation) -> str:
    names = [*evaluation.counts, "none"]
    rows = [
        (
            escape(gold),
            *(evaluation.confusion.get((gold, predicted), 0) or "" for predicted in names),
        )
        for gold in names
    ]
    return _table(("", *map(escape, names)), rows)


def _mistakes(evaluation: Evaluation) -> str:
    rows = [
        (
            mistake.kind,
            escape(" → ".join(_labels(mistake))),
            "{:+d} {:+d}".format(*mistake.words) if mistake.kind == "boundary" else "",
            f'<span class="text">{_in_text(mistake, evaluation.texts[mistake.article_id])}</span>',
        )
        for mistake in evaluation.mistakes[:_SHOWN]
    ]
    return _table(("kind", "label", "words", "text"), rows)


def _shown(evaluation: Evaluation) -> str:
    count = len(evaluation.mistakes)
    return f"{count} in all" if count <= _SHOWN else f"the first {_SHOWN} of {count}"


def _labels(mistake: Mistake) -> list[str]:
    return list(dict.fromkeys(s.label for s in (mistake.gold, mistake.predicted) if s))


def _in_text(mistake: Mistake, text: str) -> str:
    """Return the surroundings with the gold span in `ins` and the predicted one in `del`."""
    spans = [(s, tag) for s, tag in ((mistake.gold, "ins"), (mistake.predicted, "del")) if s]
    first = max(0, min(s.start for s, _ in spans) - _CONTEXT)
    last = min(len(text), max(s.end for s, _ in spans) + _CONTEXT)
    edges = sorted({first, last, *(edge for s, _ in spans for edge in (s.start, s.end))})
    out: list[str] = []
    for start, end in itertools.pairwise(edges):
        piece = escape(text[start:end])
        for span, tag in spans:
            if span.start <= start and end <= span.end:
                piece = f"<{tag}>{piece}</{tag}>"
        out.append(piece)
    return f"…{''.join(out)}…"


def _bar(share: float) -> str:
    return (
        '<svg width="80" height="10"><rect width="80" height="10" fill="#8883"/>'
        f'<rect width="{80 * share:.0f}" height="10" fill="#1f77b4"/></svg>'
    )


def _table(columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    head = "".join(f"<th>{column}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
