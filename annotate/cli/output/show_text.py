"""Spans and links of an article for the terminal: marks in brackets, colours on top of them.

    [S1 Officials said] [C1→S1 the bridge [~H1→C1 may H1] close C1]

A mark that holds other marks' edges says its name again where it closes. Signs stand for changes:
+ added, − removed, ~ moved, * relabelled; ⇢ leads to what a link joins that was inferred. Nothing
is said by colour alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from annotate.printable import on_one_line
from annotate.quality.comparison import SIGNS, ChangeKind, Comparison
from annotate.quality.marks import Mark, choices_text, marks_after, marks_before, pieces
from annotate.records import Span
from annotate.workflow.show.show import ShownArticle, View

_LABEL_STYLES = ("cyan", "yellow", "blue", "magenta", "bright_cyan", "bright_yellow")
_CHANGE_STYLES: dict[ChangeKind, str] = {
    "kept": "dim",
    "added": "bold green",
    "removed": "bold red",
    "moved": "bold bright_yellow",
    "relabelled": "bold magenta",
    "unjudged": "dim",
}
_SIDE_BY_SIDE = 110  # columns from which prediction and annotation stand beside each other
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_article(out: Console, item: ShownArticle, model_version: str) -> None:
    """Print an article: head line, notes, then prediction and annotation of every annotator."""
    out.print(Text(on_one_line(item.article.article_id), style="bold underline"))
    article = item.article
    split = f"split {item.split}" if item.split else None
    facts = [article.title, article.outlet, article.published, split]
    out.print(Text(on_one_line(" · ".join(fact for fact in facts if fact)), style="dim"))
    for note in item.notes:
        out.print(Text(f"note: {on_one_line(note)}", style="yellow"))
    for view in item.views:
        _print_view(out, item, view, model_version)


def marked_text(text: str, marks: Sequence[Mark]) -> Text:
    """Return the text with its marks in brackets, styled."""
    labels = sorted({mark.span.label for mark in marks})
    styles = {label: _LABEL_STYLES[n % len(_LABEL_STYLES)] for n, label in enumerate(labels)}
    named = _named_closings(marks)
    out = Text()
    for piece in pieces(text, marks):
        for mark in piece.opening:
            out.append(f"[{SIGNS[mark.kind]}{mark.name}{choices_text(mark.span)}", _style(mark))
            for link in mark.links:
                out.append(f"{link.arrow}{SIGNS[link.kind]}{link.tail}", _CHANGE_STYLES[link.kind])
            out.append(" ")
        style = ""
        if piece.marks:
            inner = piece.marks[-1]
            style = styles[inner.span.label] + (" underline" if len(piece.marks) > 1 else "")
            style += " strike" if inner.kind == "removed" else ""
        out.append(plain(piece.text), style)
        for mark in piece.closing:
            out.append(f" {mark.name}]" if mark.name in named else "]", _style(mark))
    return out


def plain(text: str) -> str:
    """Return text without control characters: what an article says must not steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _print_view(out: Console, item: ShownArticle, view: View, model_version: str) -> None:
    text = item.article.text
    sides = [(f"predicted by {model_version}", marks_before(view.comparison))]
    if view.annotation is not None:
        shown = view.annotation.prediction_shown
        saw = f"saw {shown}" if shown else "saw no predictions"
        who = f"annotated by {view.annotation.annotator} ({saw})"
        if view.reviewed:
            who = f"decided in a review by {view.annotation.annotator}"
        sides.append((who, marks_after(view.comparison)))
    if len(sides) == 2 and out.width >= _SIDE_BY_SIDE:
        table = Table.grid(expand=True, padding=(0, 2))
        for _ in sides:
            table.add_column(ratio=1, overflow="fold")
        table.add_row(*(Text(title, style="bold") for title, _ in sides))
        table.add_row(*(marked_text(text, marks) for _, marks in sides))
        out.print(Padding(table, (1, 0)), soft_wrap=False)
    else:
        for title, marks in sides:
            out.print(Text(f"\n{title}", style="bold"))
            out.print(marked_text(text, marks), soft_wrap=False)
    if view.annotation is not None:
        out.print(_changes(view.comparison, text), soft_wrap=False)


def _changes(comparison: Comparison, text: str) -> RenderableType:
    table = Table("", "change", "predicted", "annotated", header_style="bold")
    for change in comparison.changes:
        if not change.changed:
            continue
        table.add_row(
            Text(f"{SIGNS[change.kind]}{change.name}", style=_CHANGE_STYLES[change.kind]),
            change.described(),
            _cell(change.before, text),
            _cell(change.after, text),
        )
    for link in comparison.links:
        if link.kind in ("added", "removed"):
            name = f"{SIGNS[link.kind]}{link.head}{link.arrow}{link.tail}"
            cells = ("", link.label) if link.kind == "added" else (link.label, "")
            style = _CHANGE_STYLES[link.kind]
            table.add_row(Text(name, style=style), link.described(), *map(Text, cells))
    counts = ", ".join(f"{kind} {count}" for kind, count in comparison.counts().items())
    table.caption = counts or "no spans"
    table.caption_justify = "left"
    return table if table.row_count else Text(f"\nno changes ({counts or 'no spans'})")


def _cell(span: Span | None, text: str) -> Text:
    if span is None:
        return Text()
    said = " ".join(plain(text[span.start : span.end]).split())
    return Text.assemble((f"{span.label}{choices_text(span)} ", "bold"), said)


def _style(mark: Mark) -> str:
    return _CHANGE_STYLES[mark.kind]


def _named_closings(marks: Sequence[Mark]) -> set[str]:
    """Return the names of marks within which another one begins or ends."""
    found: set[str] = set()
    for mark in marks:
        start, end = mark.span.start, mark.span.end
        for other in marks:
            inside = start < other.span.start < end or start < other.span.end < end
            same = other.span.start == start or other.span.end == end
            if other is not mark and (inside or same):
                found.add(mark.name)
                break
    return found
