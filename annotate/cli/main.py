"""The root command: its global options, its commands, and what an error looks like."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from annotate import __version__
from annotate.cli import context
from annotate.cli.commands import (
    agreement,
    annotators,
    bias,
    care,
    choose,
    claims,
    corrections,
    demo,
    evaluation,
    exchange,
    exports,
    init,
    labels,
    ledger,
    models,
    prelabel,
    queue,
    report,
    review,
    search,
    serve,
    show,
    status,
    studio,
    sync,
    training,
)
from annotate.cli.options import Commands
from annotate.cli.output.console import notes
from annotate.errors import AnnotateError
from annotate.printable import printable

app = Commands(
    name="annotate",
    help="Find what news stories claim, who vouches for it, and how sure they are.\n\n"
    "Example: annotate init my-project && cd my-project && annotate studio start && annotate sync",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# In the order of the help.
app.command("init")(init.init)
app.command("prelabel")(prelabel.prelabel)
app.command("choose")(choose.choose)
app.command("push")(sync.push)
app.command("pull")(sync.pull)
app.command("sync")(sync.sync)
app.command("status")(status.status)
app.command("retrain")(training.retrain)
app.command("evaluate")(evaluation.evaluate)
app.command("bias")(bias.bias)
app.command("agreement")(agreement.agreement)
app.command("report")(report.report)
app.command("corrections")(corrections.corrections)
app.command("ledger")(ledger.ledger)
app.command("curve")(training.curve)
app.command("queue")(queue.queue)
app.command("restore")(care.restore)
app.command("purge")(care.purge)
app.command("show")(show.show)
app.command("claims")(claims.claims)
app.command("search")(search.search)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.add_typer(studio.app, name="studio")
app.add_typer(annotators.app, name="annotators")
app.add_typer(review.app, name="review")
app.add_typer(labels.app, name="labels")
exports.app.command("read")(exchange.read)
exports.app.command("write")(exchange.write)
app.add_typer(exports.app, name="exports")
app.add_typer(models.app, name="models")


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
    from annotate.installation import other_owner

    context.choose(workspace=workspace, debug=debug)
    if (clash := other_owner()) is not None:
        notes().print(f"Warning: {clash}")


def main() -> None:
    """Run the command line: one clear line on standard error, and an exit code, for an error."""
    # Before NumPy is loaded: its threads would wait for each other over arrays as small as ours.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    debug = "--debug" in sys.argv[1:]
    try:
        app()
    except AnnotateError as error:
        if debug or context.debugging():
            raise
        sys.stderr.write(f"Error: {_one_line(error.message)}\n")
        if error.hint:
            sys.stderr.write(f"Next: {_one_line(error.hint)}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(130)
    except SystemExit as end:
        if end.code == 130:  # Typer has caught the interrupt, and says nothing
            _say_interrupted()
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if debug or context.debugging():
            raise
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"Error: {_one_line(f'{where}{error.strerror or error}')}\n")
        sys.exit(1)


def _say_interrupted() -> None:
    sys.stderr.write("Interrupted; run the same command again to go on.\n")


def _show_version() -> None:
    typer.echo(f"annotate {__version__}")
    raise typer.Exit


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))
