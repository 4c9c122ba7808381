"""`annotate demo`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.options import GpuId
from annotate.cli.output.console import console, counted, progress
from annotate.cli.output.training import show_retrain


def demo(
    directory: Annotated[
        Path, typer.Argument(help="Where; an earlier demo there is removed.")
    ] = Path("demo"),
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave Label Studio running at the end.")
    ] = False,
    port: Annotated[int, typer.Option(help="First port to try.")] = 8080,
    gpu_id: GpuId = -1,
) -> None:
    """Run the whole loop on the sample corpus with a real Label Studio, in one or two minutes.

    Example: annotate demo --keep
    """
    from annotate.workflow.demo.demo import prepare_demo, run_demo
    from annotate.workflow.state.server import embedded_server

    out = console()
    workspace = prepare_demo(directory)
    began = time.monotonic()
    try:
        with progress("demo") as advance:

            def say(what: str, parts: int | None) -> None:
                if not what:
                    advance()
                    return
                advance(completed=0, total=parts or 0, description=what)

            result = run_demo(workspace, say=say, port=port, gpu_id=gpu_id)
    except BaseException:
        embedded_server(workspace).stop()
        raise
    pushed, corrections = result.pushed, result.corrections
    out.print()
    out.print(
        f"pushed {pushed.pushed} sample articles ({pushed.blind} blind, for the test) with "
        f"{pushed.spans} spans by {pushed.model_version}"
    )
    out.print(
        f"a simulated annotator entered the gold of {corrections.tasks} articles through Label "
        f"Studio's API: of {corrections.predicted} pre-labelled spans {corrections.kept} were "
        f"right, {corrections.deleted} were removed, {corrections.added} were added "
        f"(in {corrections.blind} blind articles all)"
    )
    version = result.pulled.version
    if version is not None:
        out.print(f"pulled as version {version.name}: {counted(version.counts['spans'])}")
        out.print()
    show_retrain(result.retrained)
    shown = "shown now" if result.refreshed.switched else "kept beside those of the rules"
    out.print(
        f"{result.refreshed.refreshed} tasks that nobody has touched got predictions of "
        f"{result.refreshed.model_version}, {shown}"
    )
    out.print()
    out.print(f"all of it took {time.monotonic() - began:.0f} s; the workspace is {directory}")
    if keep:
        out.print(f"Label Studio runs on: {result.url}")
        out.print(f"login: {result.login.username}, password: {result.login.password}")
        out.print(f"stop it with: annotate -C {directory} studio stop")
    else:
        embedded_server(workspace).stop()
        out.print(
            f"look around: annotate -C {directory} studio start, then {result.url} (login: "
            f"annotate -C {directory} studio open --show-password)"
        )
    out.print()
    out.print("your own articles:")
    for line in (
        "annotate init my-project && cd my-project",
        "cp …/*.txt articles/",
        "annotate studio start",
        "annotate sync",
    ):
        out.print(f"  {line}")
