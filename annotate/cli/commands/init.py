"""`annotate init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.options import Json
from annotate.cli.output.console import console, show_json


def init(
    directory: Annotated[Path, typer.Argument(help="Where; made if missing.")] = Path(),
    project: Annotated[str | None, typer.Option(help="Title of the Label Studio project.")] = None,
    label_config: Annotated[
        str,
        typer.Option(
            help="claims (Claim, Source, Hedge, links), parc (Source, Cue, Content, links), or "
            "minimal (Claim, Source, Hedge alone)."
        ),
    ] = "claims",
    json_: Json = False,
) -> None:
    """Make a workspace: annotate.yaml, label_configs/ and articles/.

    Files that exist are left alone. Example: annotate init my-project
    """
    from annotate.workflow.state.init import init_workspace

    written = init_workspace(directory, project=project, label_config=label_config)
    if json_:
        show_json({"directory": str(directory), "written": [str(path) for path in written]})
        return
    out = console()
    for path in written:
        out.print(f"wrote {path}")
    if not written:
        out.print(f"nothing to do: {directory} is a workspace already")
    out.print()
    out.print(f"Next: put articles into {directory / 'articles'}, then in {directory}:")
    out.print("  annotate studio start")
    out.print("  annotate sync")
