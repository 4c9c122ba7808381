"""Articles with their spans and links as one HTML page.

Spans are drawn as displaCy's `span` style draws them: bars under the words, one line for each of
several overlapping spans. The tag at a span's start says its name, label and links; a changed one
is coloured and carries a sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.colours import label_colours
from annotate.pages.environment import render
from annotate.quality.comparison import INFERRED_ARROW, SIGNS
from annotate.quality.marks import Mark, choices_text, marks_after, marks_before, pieces
from annotate.workflow.show.show import Show, ShownArticle, View

_SLOT = 7  # pixels of a bar and the gap above it
_BAR = 4


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A stretch of text, or the tag that stands at a mark's start, under the bars of `marks`."""

    text: str
    tag: Mark | None
    style: str
    names: str


@dataclass(frozen=True, slots=True)
class _Side:
    title: str
    style: str
    drawn: tuple[_Drawn, ...]


@dataclass(frozen=True, slots=True)
class _ShownView:
    view: View
    sides: tuple[_Side, ...]


def show_page(found: Show, *, colours: Mapping[str, str]) -> str:
    """Return the page; `colours` are the labelling config's, by label."""
    labels = _labels(found)
    places = {label: n for n, label in enumerate(labels)}
    return render(
        "show.html.j2",
        label_colours=list(label_colours(labels, colours).values()),
        title=", ".join(item.article.article_id for item in found.articles[:3]),
        model_version=found.model_version,
        export=found.export,
        legend={label: _bars([(0, place, False)]) for label, place in places.items()},
        articles=[
            (item, _facts(item), [_shown(item, view, found, places) for view in item.views])
            for item in found.articles
        ],
        signs=SIGNS,
        arrow=INFERRED_ARROW if _holds_inferred(found) else "",
        inferred="link inferred from the spans",
        choices=choices_text,
    )


def _facts(item: ShownArticle) -> str:
    article = item.article
    split = f"split {item.split}" if item.split else None
    facts = [article.title, article.outlet, article.published, article.url, split]
    return " · ".join(fact for fact in facts if fact)


def _shown(item: ShownArticle, view: View, found: Show, places: Mapping[str, int]) -> _ShownView:
    sides = [(f"Predicted by {found.model_version}", marks_before(view.comparison))]
    if view.annotation is not None:
        shown = view.annotation.prediction_shown
        saw = f"who saw {shown}" if shown else "who saw no predictions"
        title = f"Annotated by {view.annotation.annotator}, {saw}"
        if view.reviewed:
            title = f"Decided in a review by {view.annotation.annotator}"
        sides.append((title, marks_after(view.comparison)))
    depth = 1 + max((mark.slot for _, marks in sides for mark in marks), default=0)
    height = f"line-height: calc(1.5em + {_SLOT * depth + _BAR}px)"  # the same on both sides
    text = item.article.text
    return _ShownView(
        view,
        tuple(_Side(title, height, tuple(_drawn(text, marks, places))) for title, marks in sides),
    )


def _drawn(text: str, marks: Sequence[Mark], places: Mapping[str, int]) -> Iterator[_Drawn]:
    for piece in pieces(text, marks):
        around = [mark for mark in piece.marks if mark not in piece.opening]
        for mark in piece.opening:
            yield _Drawn("", mark, _style(around, places), _names(around))
        yield _Drawn(piece.text, None, _style(piece.marks, places), _names(piece.marks))


def _style(marks: Sequence[Mark], places: Mapping[str, int]) -> str:
    return _bars([(mark.slot, places[mark.span.label], mark.kind == "removed") for mark in marks])


def _names(marks: Sequence[Mark]) -> str:
    return ", ".join(f"{mark.name} {mark.span.label}" for mark in marks)


def _bars(bars: Sequence[tuple[int, int, bool]]) -> str:
    """Return the style that draws (slot, place of the label's colour, dashed) as bars."""
    if not bars:
        return ""
    depth = 1 + max(slot for slot, _, _ in bars)
    images, heights = [], []
    for slot, place, dashed in bars:
        colour = f"var(--label-{place})"
        images.append(
            f"repeating-linear-gradient(90deg, {colour} 0 5px, transparent 5px 9px)"
            if dashed
            else f"linear-gradient({colour}, {colour})"
        )
        heights.append(f"0 calc(100% - {_SLOT * (depth - 1 - slot)}px)")
    return (
        f"padding-bottom: {_SLOT * depth}px; background-image: {', '.join(images)}; "
        f"background-position: {', '.join(heights)}; "
        f"background-size: {', '.join([f'100% {_BAR}px'] * len(bars))}"
    )


def _holds_inferred(found: Show) -> bool:
    views = (view for item in found.articles for view in item.views)
    return any(link.inferred for view in views for link in view.comparison.links)


def _labels(found: Show) -> list[str]:
    """Return every label that is drawn, sorted: the colours do not hang on the articles' order."""
    return sorted(
        {
            span.label
            for item in found.articles
            for view in item.views
            for change in view.comparison.changes
            for span in (change.before, change.after)
            if span is not None
        }
    )
