"""Articles with their spans and links as one HTML page that needs nothing else.

Spans are drawn as displaCy's `span` style draws them: bars under the words, one line for each of
several overlapping spans. The tag at a span's start says its name, label and links; a changed one
is coloured and carries a sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from annotate.quality.comparison import Change, ChangeKind, Comparison
from annotate.records import Span
from annotate.workflow.show.marks import Mark, marks_after, marks_before, pieces
from annotate.workflow.show.show import Show, ShownArticle, View

SIGNS: dict[ChangeKind, str] = {
    "kept": "",
    "added": "+",
    "removed": "−",
    "moved": "~",
    "relabelled": "*",
    "unjudged": "",
}
_COLOURS = ("#3b82c4", "#c98a12", "#7a52c7", "#2a9d8f", "#c2557f", "#6b7f1e", "#8a6f4e", "#4a6b8a")
_SLOT = 7  # pixels of a bar and the gap above it
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 88rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 0 2rem; }
section { display: grid; grid-template-rows: subgrid; grid-row: span 2; align-content: start; }
section h3 { align-self: end; margin-bottom: .3rem; overflow-wrap: anywhere; min-width: 0; }
.text { min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-family: Georgia, serif; }
.piece { background-repeat: no-repeat; -webkit-box-decoration-break: clone;
  box-decoration-break: clone; }
.tag { font: 600 .68rem/1.3 system-ui, sans-serif; border-radius: .25rem; padding: .05rem .3rem;
  margin-right: .2rem; vertical-align: .15rem; user-select: none; white-space: nowrap;
  border: 1px solid currentColor; color: #666; }
.added { color: #fff; background: #1b7f3b; } .removed { color: #fff; background: #c0271d; }
.moved { color: #222; background: #f2b83b; } .relabelled { color: #fff; background: #8a3ab9; }
.gone { text-decoration: line-through; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid #8884;
  vertical-align: top; }
.note { border-left: 4px solid #f2b83b; padding-left: .7rem; }
@media (prefers-color-scheme: dark) { .tag { color: #bbb; } .added, .removed, .relabelled {
  color: #fff; } .moved { color: #222; } }
"""


def show_page(found: Show) -> str:
    """Return the page."""
    labels = _labels(found)
    colours = {label: _COLOURS[n % len(_COLOURS)] for n, label in enumerate(labels)}
    title = ", ".join(item.article.article_id for item in found.articles[:3])
    legend = " ".join(
        f'<span class="piece" style="{_bars([(0, colours[label], False)], 1)}">{escape(label)}'
        "</span>"
        for label in labels
    )
    kinds = " ".join(
        f'<span class="tag {kind}">{SIGNS[kind]} {kind}</span>' for kind in SIGNS if SIGNS[kind]
    )
    export = f", export {escape(found.export)}" if found.export else ", no export yet"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style>",
            f"<p>{escape(found.model_version)}{export}</p>",
            f"<p>{legend} &nbsp; {kinds}</p>",
            *(_article(item, found.model_version, colours) for item in found.articles),
            "</html>",
        ]
    )


def _article(item: ShownArticle, model_version: str, colours: dict[str, str]) -> str:
    article = item.article
    facts = [article.title, article.outlet, article.published, article.url]
    facts.append(f"split {item.split}" if item.split else None)
    parts = [
        f"<article><h2>{escape(article.article_id)}</h2>",
        f"<p>{escape(' · '.join(fact for fact in facts if fact))}</p>",
        *(f'<p class="note">{escape(note)}</p>' for note in item.notes),
        *(_view(item, view, model_version, colours) for view in item.views),
        "</article>",
    ]
    return "\n".join(parts)


def _view(item: ShownArticle, view: View, model_version: str, colours: dict[str, str]) -> str:
    text = item.article.text
    before = _side(f"Predicted by {model_version}", text, marks_before(view.comparison), colours)
    if view.annotation is None:
        return f'<div class="sides">{before}</div>'
    shown = view.annotation.prediction_shown
    by = f"Annotated by {view.annotation.annotator}" + (
        f", who saw {shown}" if shown else ", who saw no predictions"
    )
    after = _side(by, text, marks_after(view.comparison), colours)
    return f'<div class="sides">{before}{after}</div>{_table(view.comparison, text)}'


def _side(title: str, text: str, marks: Sequence[Mark], colours: dict[str, str]) -> str:
    drawn = "".join(_drawn(text, marks, colours))
    depth = 1 + max((mark.slot for mark in marks), default=0)
    height = f"line-height: calc(1.5em + {_SLOT * depth + 4}px)"
    return (
        f"<section><h3>{escape(title)}</h3>"
        f'<div class="text" style="{height}">{drawn}</div></section>'
    )


def _drawn(text: str, marks: Sequence[Mark], colours: dict[str, str]) -> Iterator[str]:
    for piece in pieces(text, marks):
        around = [mark for mark in piece.marks if mark not in piece.opening]
        for mark in piece.opening:
            yield _underlined(_tag(mark), around, colours)
        yield _underlined(escape(piece.text), piece.marks, colours)


def _underlined(shown: str, marks: Sequence[Mark], colours: dict[str, str]) -> str:
    if not marks:
        return shown
    bars = [(mark.slot, colours[mark.span.label], mark.kind == "removed") for mark in marks]
    depth = 1 + max(slot for slot, _, _ in bars)
    names = escape(", ".join(f"{mark.name} {mark.span.label}" for mark in marks))
    return f'<span class="piece" style="{_bars(bars, depth)}" title="{names}">{shown}</span>'


def _bars(bars: Sequence[tuple[int, str, bool]], depth: int) -> str:
    """Return the style of a piece: a bar a mark, at its slot; dashed for a removed one."""
    images, places, sizes = [], [], []
    for slot, colour, dashed in bars:
        gradient = (
            f"repeating-linear-gradient(90deg, {colour} 0 5px, transparent 5px 9px)"
            if dashed
            else f"linear-gradient({colour}, {colour})"
        )
        images.append(gradient)
        places.append(f"0 calc(100% - {_SLOT * (depth - 1 - slot)}px)")
        sizes.append("100% 4px")
    return (
        f"padding-bottom: {_SLOT * depth}px; background-image: {', '.join(images)}; "
        f"background-position: {', '.join(places)}; background-size: {', '.join(sizes)}"
    )


def _tag(mark: Mark) -> str:
    choices = "".join(f":{'/'.join(values)}" for values in mark.span.attributes.values())
    links = "".join(
        f' → <span class="{"gone" if kind == "removed" else ""}">{SIGNS[kind]}{escape(name)}</span>'
        for kind, name in mark.links
    )
    label = f"{SIGNS[mark.kind]}{mark.name} {mark.span.label}{choices}"
    return f'<span class="tag {mark.kind}">{escape(label)}{links}</span>'


def _table(comparison: Comparison, text: str) -> str:
    rows = [
        f'<tr><td><span class="tag {change.kind}">{SIGNS[change.kind]}{escape(change.name)}'
        f"</span></td><td>{described(change)}</td><td>{_cell(change.before, text)}</td>"
        f"<td>{_cell(change.after, text)}</td></tr>"
        for change in comparison.changes
        if change.kind not in ("kept", "unjudged") or change.new_choices
    ]
    rows += [
        f'<tr><td><span class="tag {link.kind}">{SIGNS[link.kind]}{escape(link.head)} → '
        f"{escape(link.tail)}</span></td><td>link {link.kind}</td><td colspan=2>"
        f"{escape(link.label)}</td></tr>"
        for link in comparison.links
        if link.kind in ("added", "removed")
    ]
    if not rows:
        return "<p>No changes.</p>"
    head = "<tr><th></th><th>change</th><th>predicted</th><th>annotated</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def described(change: Change) -> str:
    """Return what happened to a span in a few words."""
    if change.kind == "moved":
        start, end = change.words
        return f"moved: {-start:+d} words at the start, {-end:+d} at the end"
    return "other choices" if change.new_choices else change.kind


def _cell(span: Span | None, text: str) -> str:
    if span is None:
        return ""
    choices = "".join(f":{'/'.join(values)}" for values in span.attributes.values())
    return f"<b>{escape(span.label + choices)}</b> {escape(text[span.start : span.end])}"


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
