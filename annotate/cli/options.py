"""Options and arguments that several commands have, and that none of them is given twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from annotate.errors import UsageError


class _Command(TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)


class _Group(TyperGroup):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)


class Commands(typer.Typer):
    """Commands of which no option is given twice, but for those that may be repeated.

    Without that the last one would count, and the others be ignored.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=_Group, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[..., Any]:
        """Register a command."""
        return super().command(name, cls=_Command, **settings)


def _refuse_twice(command: TyperCommand | TyperGroup, ctx: Any, args: list[str]) -> None:
    if not args:
        return
    _, _, given = command.make_parser(ctx).parse_args(args=list(args))
    for option in given:
        one = isinstance(option, TyperOption) and not (option.multiple or option.is_flag)
        if one and given.count(option) > 1:
            raise UsageError(
                f"{option.opts[0]} is given {given.count(option)} times, and takes one value",
                hint="run the command once for each value",
            )


def refuse_options(why: str, hint: str, given: Mapping[str, bool]) -> None:
    """Refuse options that would do nothing here; raises `UsageError` for those that are given."""
    found = [option for option, is_given in given.items() if is_given]
    if found:
        raise UsageError(f"{', '.join(found)}: {why}", hint=hint)


def parse_renames(given: Iterable[str]) -> dict[str, str]:
    """Return the pairs of options like `FROM=TO,FROM=TO`; raises `UsageError`."""
    found: dict[str, str] = {}
    for pair in (pair for value in given for pair in value.split(",")):
        theirs, equals, ours = (part.strip() for part in pair.partition("="))
        if not (theirs and equals and ours):
            raise UsageError(f"{pair!r}: expected FROM=TO")
        if found.setdefault(theirs, ours) != ours:
            raise UsageError(f"{theirs!r} is renamed twice: {found[theirs]!r} and {ours!r}")
    return found


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")]
Url = Annotated[str | None, typer.Option(help="Address of a Label Studio.")]
Yes = Annotated[
    bool, typer.Option("--yes", help="Push although the project gets more than 100,000 tasks.")
]
Offline = Annotated[
    bool, typer.Option("--offline", help="There is no server to look at or to change.")
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="rules, none, prelabeller, a model's name or a directory; default: the one in use.",
    ),
]
MaxRequests = Annotated[
    int | None,
    typer.Option(
        "--max-requests",
        min=1,
        help="Requests that the prelabeller of annotate.yaml may be sent; then the run ends.",
    ),
]
PredictionFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--predictions",
        help="Predictions, JSONL, in the place of a model's; repeatable, one model version a file.",
    ),
]
ShowVersion = Annotated[
    str | None,
    typer.Option(
        "--show",
        help="Model version to show annotators, even where open tasks lack it; by default that of "
        "the last file.",
    ),
]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files, directories or globs; by default those of annotate.yaml."),
]
Places = Annotated[
    list[str] | None,
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
    bool,
    typer.Option(
        "--overwrite",
        help="Replace a file that this command has not made, unless it is the workspace's own.",
    ),
]
GpuId = Annotated[
    int, typer.Option("--gpu-id", min=-1, help="Graphics card that trains, as in spaCy; -1: none.")
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
