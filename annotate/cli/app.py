"""The root command, its global options, and what an error looks like."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate import __version__
from annotate.errors import AnnotateError

if TYPE_CHECKING:  # pydantic and YAML: only the commands that need them
    from annotate.workspace import Workspace

app = typer.Typer(
    name="annotate",
    help="Find what news stories claim, who vouches for it, and how sure they are.\n\n"
    "Example: annotate init my-project && cd my-project && annotate studio start && annotate sync",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_options: dict[str, object] = {"workspace": None, "debug": False}


@app.callback()
def options(
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-C",
            envvar="ANNOTATE_WORKSPACE",
            help="The workspace; by default the directory above that holds annotate.yaml.",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool,
        typer.Option(
            "--version",
            help="Show the version and end.",
            is_eager=True,
            callback=lambda value: _show_version() if value else None,
        ),
    ] = False,
) -> None:
    """Take the options that stand before the command."""
    _options["workspace"] = workspace
    _options["debug"] = debug


def current_workspace() -> Workspace:
    """Return the workspace of this run; raises `WorkspaceError`."""
    from annotate.workspace import find_workspace, load_workspace

    chosen = _options["workspace"]
    if isinstance(chosen, Path):
        return load_workspace(chosen.resolve())
    return find_workspace(Path.cwd())


def main() -> None:
    """Run the command line: one clear line on standard error, and an exit code, for an error."""
    # Before NumPy is loaded: its threads would wait for each other over arrays as small as ours.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import annotate.cli.commands  # noqa: F401 - registers the commands

    debug = "--debug" in sys.argv[1:]
    try:
        app()
    except AnnotateError as error:
        if debug or _options["debug"]:
            raise
        sys.stderr.write(f"Error: {_one_line(error.message)}\n")
        if error.hint:
            sys.stderr.write(f"Next: {_one_line(error.hint)}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; run the same command again to go on.\n")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if debug or _options["debug"]:
            raise
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"Error: {where}{error.strerror or error}\n")
        sys.exit(1)


def _show_version() -> None:
    typer.echo(f"annotate {__version__}")
    raise typer.Exit


def _one_line(text: str) -> str:
    return " ".join(text.split())
