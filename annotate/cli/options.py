"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")]
Url = Annotated[str | None, typer.Option(help="Address of a Label Studio.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="There is no server to look at or to change.")
]
ModelName = Annotated[
    str | None,
    typer.Option("--model", help="rules, a model's name or a directory; default: the one in use."),
]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files, directories or globs; by default those of annotate.yaml."),
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files, if not UTF-8.")]
Full = Annotated[bool, typer.Option("--full", help="Read every task again, not only what changed.")]
AcceptRemovals = Annotated[
    bool,
    typer.Option(
        "--accept-removals", help="Go on where much human work has vanished from the server."
    ),
]
Heal = Annotated[
    bool,
    typer.Option(
        "--heal",
        help="Build on the parts of a damaged version that are whole, and on what the server has.",
    ),
]
Again = Annotated[
    bool,
    typer.Option(
        "--again", help="Push articles whose text the server has under another id as well."
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace a file that this command has not made.")
]
LookedAt = Annotated[
    str | None, typer.Option("--export", help="Version to look at; by default the latest.")
]
LearnedFrom = Annotated[
    str | None, typer.Option("--export", help="Version to learn from; by default the latest.")
]
VersionId = Annotated[
    str | None, typer.Argument(help="Number, name or hash of a version; by default the latest.")
]
