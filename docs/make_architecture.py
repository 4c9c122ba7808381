"""Draw the floors of the house from the contracts that hold them.

python docs/make_architecture.py          write docs/layers.svg and the tables of architecture.md
python docs/make_architecture.py --check  exit with 1 if they are not what would be written

What stands on which floor is read from [tool.importlinter] in pyproject.toml, what a room is for
from the first line of its docstring, and the arrows between the rooms of workflow from its imports.
"""

from __future__ import annotations

import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "layers.svg"
PAGE = ROOT / "docs" / "architecture.md"

_BEGIN, _END = "<!-- made by make docs: {} -->\n", "<!-- end: {} -->\n"
_WIDTH, _LEFT, _GAP = 960, 20, 10
_STYLE = """
    .ground { fill: #ffffff; }
    .box { fill: #f3f5f8; stroke: #57606a; stroke-width: 1.2; }
    .house { fill: #fbfcfd; stroke: #57606a; stroke-width: 1.2; stroke-dasharray: 4 3; }
    .waist { fill: #e2ecf9; stroke: #1f5fa8; }
    .name { font: 600 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
      fill: #1b1f24; }
    .what { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif;
      fill: #424a53; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117; }
      .box { fill: #1c222b; stroke: #8b949e; }
      .house { fill: #12171e; stroke: #8b949e; }
      .waist { fill: #14304f; stroke: #6aa9f0; }
      .name { fill: #e6edf3; }
      .what { fill: #b6bfc9; }
    }
"""


def floors(name: str) -> list[list[str]]:
    """Return the floors of a contract, from the top: the names of the rooms on each."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["name"] == name)
    return [
        [room.strip().removeprefix("annotate.") for room in floor.split("|")]
        for floor in contract["layers"]
    ]


def purpose(room: str) -> str:
    """Return what a room is for: the first sentence of its docstring."""
    path = ROOT / "annotate" / Path(*room.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    first = said.split("\n", 1)[0].replace("`", "")
    return first.rstrip(".").removesuffix(". Pure")


def arrows() -> list[tuple[str, str]]:
    """Return which rooms of workflow import which, as pairs."""
    house = ROOT / "annotate" / "workflow"
    rooms = {path.name for path in house.iterdir() if path.is_dir() and path.name[0] != "_"}
    found: set[tuple[str, str]] = set()
    for path in house.rglob("*.py"):
        own = path.relative_to(house).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "annotate.workflow."
            ):
                other = str(node.module).split(".")[2]
                if own in rooms and other != own:
                    found.add((own, other))
    return sorted(found)


def picture() -> str:
    """Return the SVG: a row a floor, a box a room; the verbs' house has floors of its own."""
    rows: list[str] = []
    top = 16
    for floor in floors("The floors of the house"):
        shown = [room for room in floor if room != "__main__"]
        if not shown:
            continue
        if shown == ["workflow"]:
            inner, height = _rooms_of_workflow(top)
            rows += inner
        else:
            waist = "records" in shown
            row, height = _row(shown, top, _LEFT, _WIDTH - 2 * _LEFT, waist=waist)
            rows += row
        top += height + 14
    told = "; ".join(" and ".join(floor) for floor in floors("The floors of the house"))
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + 2}" '
                f'width="{_WIDTH}" height="{top + 2}" role="img" aria-labelledby="t d">'
            ),
            '  <title id="t">The floors of annotate</title>',
            f'  <desc id="d">Nothing imports upwards. From the top: {escape(told)}.</desc>',
            f"  <style>{_STYLE}  </style>",
            f'  <rect class="ground" width="{_WIDTH}" height="{top + 2}" rx="6"/>',
            '  <g text-anchor="middle">',
            *rows,
            "  </g>",
            "</svg>",
            "",
        ]
    )


def _rooms_of_workflow(top: int) -> tuple[list[str], int]:
    inner: list[str] = []
    at = top + 40
    for floor in floors("The floors of workflow"):
        row, height = _row(
            floor, at, _LEFT + 12, _WIDTH - 2 * _LEFT - 24, prefix="workflow.", waist=False
        )
        inner += row
        at += height + 10
    height = at - top + 2
    box = [
        (
            f'    <rect class="house" x="{_LEFT}" y="{top}" width="{_WIDTH - 2 * _LEFT}" '
            f'height="{height}" rx="6"/>'
        ),
        f'    <text class="name" x="{_WIDTH // 2}" y="{top + 18}">workflow</text>',
        (
            f'    <text class="what" x="{_WIDTH // 2}" y="{top + 34}">'
            f"{escape(purpose('workflow'))}</text>"
        ),
    ]
    return [*box, *inner], height


def _row(
    rooms: list[str], top: int, left: int, width: int, *, prefix: str = "", waist: bool
) -> tuple[list[str], int]:
    each = (width - _GAP * (len(rooms) - 1)) // len(rooms)
    told = [textwrap.wrap(purpose(prefix + room), max(12, each // 7)) for room in rooms]
    height = 30 + 16 * max(map(len, told))
    drawn: list[str] = []
    for number, (room, lines) in enumerate(zip(rooms, told, strict=True)):
        x = left + number * (each + _GAP)
        kind = "box waist" if waist else "box"
        drawn += [
            f'    <rect class="{kind}" x="{x}" y="{top}" width="{each}" height="{height}" rx="6"/>',
            f'    <text class="name" x="{x + each // 2}" y="{top + 20}">{escape(room)}</text>',
            *(
                f'    <text class="what" x="{x + each // 2}" y="{top + 38 + 16 * index}">'
                f"{escape(line)}</text>"
                for index, line in enumerate(lines)
            ),
        ]
    return drawn, height


def rooms_table() -> str:
    """Return the rooms of workflow as a table, from the bottom floor up, with their arrows."""
    drawn = arrows()
    lines = ["| floor | room | for | imports |", "|---|---|---|---|"]
    for number, floor in enumerate(reversed(floors("The floors of workflow")), start=1):
        for room in floor:
            others = ", ".join(other for own, other in drawn if own == room) or "–"
            lines.append(f"| {number} | `{room}` | {purpose(f'workflow.{room}')} | {others} |")
    count = sum(map(len, floors("The floors of workflow")))
    told = f"\n{count} rooms, {len(floors('The floors of workflow'))} floors, {len(drawn)} arrows."
    return "\n".join([*lines, told, ""])


def contracts_list() -> str:
    """Return what else import-linter checks, as a list."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]
    return "".join(f"- {name}.\n" for name in names if not name.startswith("The floors"))


def page(text: str) -> str:
    """Return the page with its made parts as they should be."""
    for name, made in (("rooms", rooms_table()), ("contracts", contracts_list())):
        begin, end = _BEGIN.format(name), _END.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def main(arguments: Iterable[str]) -> int:
    """Write picture and page, or compare them; return the exit code."""
    now = PAGE.read_text(encoding="utf-8")
    wanted = {PICTURE: picture(), PAGE: page(now)}
    if "--check" in arguments:
        old = [p for p, text in wanted.items() if p.read_text(encoding="utf-8") != text]
        for path in old:
            sys.stderr.write(f"{path} is not up to date; make it anew with: make docs\n")
        return 1 if old else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
