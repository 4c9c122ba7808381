"""Guidelines in Markdown → the HTML that Label Studio shows as instructions.

What is shown at first is one screen at most: what stands before the first section, and each
section's heading and first paragraph. The rest of a section is folded away behind a link.

Label Studio's cleaning strips classes and the attribute `style`, and its page list bullets, margins
and the space between a table's cells: items therefore begin with a dash of their own, and a table's
row is a line of text. It keeps the element `style`, but not `>` in it.
"""

from __future__ import annotations

from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_HEADINGS = {"h1": "h2", "h2": "h3"}
_KEPT = {"strong_open", "strong_close", "em_open", "em_close"}
_MORE = "More"

_DIALOG = '.lsf-modal-ls:has([style*="width: 680px"])'
"""The dialog that opens by itself; the one behind the button *Instructions* has no width."""

_FIRST = 'body:has([aria-label="No previous task"]):not(:has([aria-label="Next task"]))'
_LATER = 'body:has([aria-label="Previous task"], [aria-label="Next task"])'
"""Whether the person has had other articles before this one: the server remembers them."""

_STYLE = f"""<style>
{_DIALOG} {{ animation: nv-late 1ms 8s both; }}
@keyframes nv-late {{ from {{ visibility: hidden; opacity: 0; }} to {{ visibility: visible; }} }}
{_FIRST} {_DIALOG} {{ animation: none; }}
{_LATER} {_DIALOG} {{ display: none; }}
{_LATER}:has(.lsf-modal-ls [style*="width: 680px"]) {{ overflow: auto !important; }}
.lsf-modal-ls__body h2 {{ font-size: 20px; line-height: 26px; margin: 0 0 4px; }}
.lsf-modal-ls__body h3 {{ font-size: 16px; line-height: 20px; margin: 9px 0 2px; }}
.lsf-modal-ls__body h4 {{ margin: 10px 0 4px; }}
.lsf-modal-ls__body p {{ font-size: 15px; line-height: 21px; margin: 0 0 3px; }}
.lsf-modal-ls__body summary {{ display: inline-block; cursor: pointer; font-size: 14px;
  line-height: 19px; color: var(--color-primary-content, #3b4fb8); text-decoration: underline; }}
.lsf-modal-ls__body details[open] {{ padding-bottom: 8px; }}
</style>"""
"""It opens on a person's first article, and late where the page says neither: rather once too often
than never."""


def instruction_html(markdown: str | None) -> str | None:
    """Return the guidelines as plain HTML, or `None` where there are none."""
    if markdown is None or not markdown.strip():
        return None
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    starts = [at for at, token in enumerate(tokens) if _opens_section(token)]
    bounds = [*starts, len(tokens)]
    lines = [_STYLE, *_blocks(tokens[: bounds[0]])]
    for start, end in zip(starts, bounds[1:], strict=True):
        lines += _section(tokens[start:end])
    return "\n".join(lines)


def _opens_section(token: Token) -> bool:
    return token.type == "heading_open" and token.tag == "h2"


def _section(tokens: list[Token]) -> list[str]:
    """Return a section of which heading and first paragraph are shown, the rest folded."""
    heading, body = tokens[:3], tokens[3:]  # a block opens, holds its text, and closes
    paragraph = body[:3] if body and body[0].type == "paragraph_open" else []
    rest = body[len(paragraph) :]
    if not rest:
        return _blocks(tokens)
    named = [text for before, text in pairwise(rest) if before.type == "heading_open"]
    if not paragraph:
        named = heading[1:2]
    summary = f"{_MORE}: {', '.join(map(_inline, named)).lower()}" if named else _MORE
    lines = _blocks([*heading, *paragraph]) if paragraph else []
    return [*lines, f"<details><summary>{summary}</summary>", *_blocks(rest), "</details>"]


def _blocks(tokens: list[Token]) -> list[str]:
    lines: list[str] = []
    heading: str | None = None
    header = False
    lists = 0
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = _HEADINGS.get(token.tag, "h4")
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
    return lines


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
