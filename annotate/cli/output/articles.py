"""What was left out of the articles of a run, with the reasons, and the exit code that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.output.console import counted, notes

if TYPE_CHECKING:
    from annotate.articles.reading import ReadArticles

LEFT_OUT = 3
"""Exit code of a run that did what it could, and left articles out."""


def articles_json(read: ReadArticles) -> dict[str, Any]:
    """Return what was left out as JSON."""
    return {
        "left_out_articles": [
            {"path": _shown(str(item.path)), "line": item.line, "reason": _shown(item.reason)}
            for item in read.left_out
        ],
        "passed_over": dict(read.passed_over),
    }


def show_left_out(read: ReadArticles) -> None:
    """Print every article that was left out, and how many files nobody can read."""
    for item in read.left_out:
        after = f" ({item.hint})" if item.hint else ""
        notes().print(f"left out: {_shown(item.reason)}{after}")
    if read.passed_over:
        notes().print(f"passed over, since such files are not read: {counted(read.passed_over)}")


def end_with_left_out(read: ReadArticles) -> None:
    """End the command with exit code 3 where articles were left out; the rest was done."""
    if read.left_out:
        notes().print(f"{len(read.left_out)} articles were left out, for the reasons above")
        raise typer.Exit(LEFT_OUT)


def _shown(text: str) -> str:
    """Return a text that any terminal and any JSON can hold: file names may be no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
