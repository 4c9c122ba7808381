"""A command's findings as a page of sections, where `--html` asks for one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from annotate.cli.output.console import notes

if TYPE_CHECKING:
    from annotate.labels import LabelScheme
    from annotate.pages.report.parts import Section
    from annotate.workspace import Workspace

Html: TypeAlias = Annotated[
    Path | None, typer.Option("--html", help="Also write it as an HTML page to this file.")
]


def require_page(
    html: Path | None, workspace: Workspace, *, overwrite: bool, inputs: Iterable[Path] = ()
) -> None:
    """Refuse a file that is no page of annotate's or is read, before any work is done."""
    if html is not None:
        from annotate.outputs import is_page, require_free

        require_free(html, workspace, replaceable=is_page, overwrite=overwrite, inputs=inputs)


def write_page(
    html: Path | None, title: str, sections: Iterable[Section | None], scheme: LabelScheme
) -> None:
    """Write the sections that there are as a page, and say so."""
    if html is None:
        return
    from annotate.files import write_atomic
    from annotate.pages.report.page import sections_page

    there = [section for section in sections if section is not None]
    page = sections_page(title, there, labels=scheme.span_labels, colours=scheme.colours)
    write_atomic(html, page)
    notes().print(f"wrote {html}")
