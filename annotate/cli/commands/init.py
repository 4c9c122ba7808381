"""`annotate init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.options import Json
from annotate.cli.output.console import console, notes, show_json


def init(
    directory: Annotated[Path, typer.Argument(help="Where; made if missing.")] = Path(),
    project: Annotated[str | None, typer.Option(help="Title of the Label Studio project.")] = None,
    label_config: Annotated[
        str,
        typer.Option(
            help="claims (Claim, Source, Hedge, links), parc (Source, Cue, Content, links), "
            "minimal (Claim, Source, Hedge alone), a labelling config of your own (FILE.xml), or "
            "your labels (PERSON,MONEY)."
        ),
    ] = "claims",
    json_: Json = False,
) -> None:
    """Make a workspace: annotate.yaml, label_configs/ and articles/.

    Files that exist are left alone. For labels of your own a labelling page is drawn, and
    guidelines are written to fill in. Example: annotate init my-project
    """
    from annotate.workflow.state.context import Context
    from annotate.workflow.state.init import init_workspace

    written = init_workspace(directory, project=project, label_config=label_config)
    without = Context.at(directory).models.in_use().without_predictions()
    if json_:
        show_json(
            {
                "directory": str(directory),
                "written": [str(path) for path in written],
                "notes": list(written.notes),
                "without_predictions": without,
            }
        )
        return
    out = console()
    for path in written:
        out.print(f"wrote {path}")
    if written and directory / "annotate.yaml" not in written:
        notes().print("annotate.yaml was there: it says which labelling config is used")
    if not written:
        out.print(f"nothing to do: {directory} is a workspace already")
    for note in (*written.notes, *([without] if without else ())):
        notes().print(note)
    out.print()
    guidelines = [path for path in written if path.suffix == ".md"]
    if without and guidelines:
        out.print(f"Next: fill in {guidelines[0]}")
    out.print(f"Next: put articles into {directory / 'articles'}, then in {directory}:")
    out.print("  annotate studio start")
    out.print("  annotate sync")
