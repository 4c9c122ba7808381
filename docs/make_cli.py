"""Write docs/cli.md from the commands themselves.

python docs/make_cli.py          write it
python docs/make_cli.py --check  exit with 1 if the file is not what would be written
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from annotate.cli.main import app

TARGET = Path(__file__).parent / "cli.md"

_HEAD = """\
# Command line

Made from the commands by `make docs`; changes belong into `annotate/cli/`.

Options of `annotate` itself stand before the command: `annotate -C my-project sync`. Every command
knows `--help`. Results go to standard output, everything else to standard error; `--json` prints
one JSON document for scripts. The exit codes stand in [workspace.md](workspace.md#exit-codes).
"""


def walk(command: Any, name: str = "annotate") -> Iterator[tuple[str, Any]]:
    """Yield (full name, command) of a command and everything below it, in the order of the help."""
    yield name, command
    for child_name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from walk(child, f"{name} {child_name}")


def render() -> str:
    """Return the whole page; it depends on the commands alone, not on the terminal."""
    commands = list(walk(typer.main.get_command(app)))
    parts = [_HEAD, "| command | |\n|---|---|"]
    parts[-1] += "".join(
        f"\n| [`{name}`](#{name.replace(' ', '-')}) | {_summary(command)} |"
        for name, command in commands[1:]
        if not hasattr(command, "commands")
    )
    parts += [_section(name, command) for name, command in commands]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(name: str, command: Any) -> str:
    group = hasattr(command, "commands")
    params = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    usage = [name, *(["[OPTIONS]"] if options else []), *map(_metavar, arguments)]
    lines = [f"## {name}", f"```\n{' '.join([*usage, *(['COMMAND'] if group else [])])}\n```"]
    lines += _paragraphs(command)
    if arguments:
        lines.append("| argument | |\n|---|---|" + "".join(map(_argument, arguments)))
    if options:
        lines.append("| option | default | |\n|---|---|---|" + "".join(map(_option, options)))
    return "\n\n".join(lines)


def _paragraphs(command: Any) -> list[str]:
    """Return the help, its example as a block that can be copied."""
    found: list[str] = []
    for paragraph in (command.help or "").split("\n\n"):
        before, example, after = " ".join(paragraph.split()).partition("Example: ")
        if before.strip():
            found.append(_cell(before.strip()))
        if example:
            found.append(f"```console\n$ {after}\n```")
    return found


def _summary(command: Any) -> str:
    first = (command.help or "").split("\n\n", 1)[0]
    return _cell(" ".join(first.partition("Example: ")[0].split()))


def _metavar(param: Any) -> str:
    name = param.name.rstrip("_").upper() + ("..." if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _argument(param: Any) -> str:
    default = f" Default: `{param.default}`." if param.default is not None else ""
    return f"\n| `{_metavar(param)}` | {_cell(param.help or '')}{default} |"


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.name.rstrip('_').upper()}"
    names = ", ".join(f"`{name}{value}`" for name in param.opts)
    default = "" if param.is_flag or param.default is None else f"`{param.default}`"
    if isinstance(param.show_default, str):  # what `None` stands for
        default = f"`{param.show_default}`"
    if param.required:
        default = "required"
    variable = f" Environment: `{param.envvar}`." if param.envvar else ""
    return f"\n| {names} | {default} | {_cell(param.help or '')}{variable} |"


def _cell(text: str) -> str:
    return re.sub(r"([|<>*])", r"\\\1", text)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    wanted = render()
    if "--check" in arguments:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted
        if not fresh:
            sys.stderr.write(f"{TARGET} is not up to date; make it anew with: make docs\n")
        return 0 if fresh else 1
    TARGET.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
