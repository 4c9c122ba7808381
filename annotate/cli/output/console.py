"""What the command line shows: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from annotate.printable import on_one_line
from annotate.quality.ground import NOTHING

_FIRST = 20  # lines of many alike
_PIPED_WIDTH = 200  # columns of a table that no terminal limits


class _Console(Console):
    """Shows characters that steer a terminal as what they are: names of files may hold them.

    A text is one line: line breaks are escaped with the others.
    """

    def print(self, *objects: Any, **settings: Any) -> None:
        super().print(*(on_one_line(o) if isinstance(o, str) else o for o in objects), **settings)


def console() -> Console:
    """Return the console for results (standard output); brackets in names are brackets."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return _Console(highlight=False, markup=False, soft_wrap=True, width=width)


def notes() -> Console:
    """Return the console for everything that is no result (standard error)."""
    return _Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def show_json(value: Any) -> None:
    """Print one JSON document for scripts."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def show_json_line(value: Mapping[str, Any]) -> None:
    """Print one of many JSON objects, a line each, as soon as it is known."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def show_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    title: str | None = None,
    numbers: Sequence[int] = (),
) -> None:
    """Print a table; `numbers` are the columns set to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(on_one_line(str(cell)) for cell in row))
    console().print(table, soft_wrap=False)


def show_reasons(reasons: Mapping[str, str | None]) -> None:
    """Print why numbers or intervals of a table are `–`: name → reason, `None` where they are not.

    What has the same reason stands on one line.
    """
    together: dict[str, list[str]] = {}
    for name, why in reasons.items():
        if why:
            together.setdefault(why, []).append(name)
    for why, names in together.items():
        console().print(f"{NOTHING} at {', '.join(names)}: {why}")


def show_first(lines: Iterable[str], *, on: Console, rest: str = "") -> None:
    """Print the first of many lines, and how many there are besides; `rest` says of what."""
    told = list(lines)
    for line in told[:_FIRST]:
        on.print(line)
    if len(told) > _FIRST:
        on.print(f"… and {len(told) - _FIRST} more{rest}")


def many(count: int, noun: str) -> str:
    """Return a number of things: `1 article`, `2 articles`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def named(names: Sequence[str]) -> str:
    """Return the first of many names, and how many there are besides."""
    first = ", ".join(names[:_FIRST])
    return f"{first} and {len(names) - _FIRST} more" if len(names) > _FIRST else first


def counted(counts: Mapping[str, int]) -> str:
    """Return counts as `Claim 12, Source 9`."""
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show a bar on standard error; the block gets `advance(by=1, total=None, description=None)`.

    Without a terminal nothing is drawn, and every new description is a line, with the seconds since
    the beginning.
    """
    drawn = sys.stderr.isatty()
    began = time.monotonic()
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=notes(),
        transient=True,
        disable=not drawn,
    ) as bar:
        task = bar.add_task(description, total=total)

        def advance(
            by: float = 1,
            *,
            completed: float | None = None,
            total: float | None = None,
            description: str | None = None,
        ) -> None:
            changes: dict[str, Any] = {}
            if completed is not None:
                changes["completed"] = completed
            else:
                changes["advance"] = by
            if total is not None:
                changes["total"] = total
            if description is not None:
                changes["description"] = description
                if not drawn:
                    notes().print(f"[{time.monotonic() - began:5.1f} s] {description}")
            bar.update(task, **changes)

        yield advance
