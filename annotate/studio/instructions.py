"""Guidelines in Markdown → the HTML that Label Studio shows as instructions.

Its cleaning strips classes and styles, and its page list bullets, margins and the space between a
table's cells: items therefore begin with a dash of their own, a line stands before each section,
and a table's row is a line of text.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

_HEADINGS = {"h1": "h2", "h2": "h3"}
_KEPT = {"strong_open", "strong_close", "em_open", "em_close"}


def instruction_html(markdown: str | None) -> str | None:
    """Return the guidelines as plain HTML, or `None` where there are none."""
    if markdown is None or not markdown.strip():
        return None
    lines: list[str] = []
    heading: str | None = None
    header = False
    lists = 0
    cells: list[str] | None = None
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown):
        if token.type == "heading_open":
            heading = _HEADINGS.get(token.tag, "h4")
            lines += ["<hr>"] if heading == "h3" else []
        elif token.type == "heading_close":
            heading = None
        lists += token.nesting if token.type.endswith("_list_open") else 0
        lists += token.nesting if token.type.endswith("_list_close") else 0
        if token.type in ("thead_open", "thead_close"):
            header = token.nesting > 0
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            row = " → ".join(cells or [])
            lines.append(f"<p><strong>{row}</strong></p>" if header else f"<p>– {row}</p>")
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_inline(token))
        elif token.type == "inline" and heading:
            lines.append(f"<{heading}>{_inline(token)}</{heading}>")
        elif token.type == "inline":
            lines.append(f"<p>{'– ' if lists else ''}{_inline(token)}</p>")
        elif token.type in ("fence", "code_block"):
            lines.append(f"<p>{_escape(token.content.strip())}</p>")
    return "\n".join(lines)


def _inline(token: Token) -> str:
    out: list[str] = []
    for child in token.children or []:
        if child.type in _KEPT:
            out.append(f"<{'/' if child.nesting < 0 else ''}{child.tag}>")
        elif child.type in ("softbreak", "hardbreak"):
            out.append(" ")
        else:
            out.append(_escape(child.content))
    return "".join(out)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
