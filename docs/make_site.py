"""Gather the Markdown of the repository into a site, and build it with Zensical (group `site`).

python docs/make_site.py build/site   the pages go to build/site/html, from index.html on

The Markdown is GitHub's, and the same files serve both: links between them are written anew, lists
get the blank line before them that Zensical's Markdown wants. What leads to a file that is no page
is named instead. Warnings are errors.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OTHERS = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "LICENSE.txt",
    "annotate/samples/README.md": "samples.md",
    "benchmarks/README.md": "benchmarks.md",
    "label_configs/guidelines.md": "guidelines.md",
}
"""Pages that do not lie in docs/, and what they are called on the site."""

_ASSETS = (".png", ".svg")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *(```|~~~)")
_ITEM = re.compile(r"^( *)([-*+]|\d+[.)]) +\S")


def places() -> dict[Path, str]:
    """Return every file of the site by its place in the repository."""
    found = {ROOT / name: page for name, page in OTHERS.items()}
    for path in sorted((ROOT / "docs").iterdir()):
        if path.suffix == ".md" or path.suffix in _ASSETS:
            found[path] = path.name
    return found


def page(path: Path, held: dict[Path, str]) -> str:
    """Return a page as the site needs it; fenced blocks stay as they are."""
    lines: list[str] = []
    fenced = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        begins = not fenced and _ITEM.match(line) and lines and lines[-1].strip()
        if begins and not _in_list(lines):
            lines.append("")
        lines.append(line if fenced else _indented(line))
    return _outside_fences("\n".join(lines), lambda text: _relinked(text, path, held)) + "\n"


def _in_list(lines: list[str]) -> bool:
    """Say whether the paragraph that the last line belongs to is an item of a list."""
    for line in reversed(lines):
        if not line.strip():
            return False
        if _ITEM.match(line):
            return True
    return False


def _indented(line: str) -> str:
    """Return a line of a list with GitHub's two columns a level as the four of Zensical."""
    spaces = len(line) - len(line.lstrip(" "))
    return " " * spaces + line if spaces and spaces % 4 == 2 else line


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"(^ *```.*?^ *```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def _relinked(text: str, path: Path, held: dict[Path, str]) -> str:
    def link(match: re.Match[str]) -> str:
        image, said, address = match.groups()
        if address.startswith(("http://", "https://", "#", "mailto:")):
            return match[0]
        name, _, anchor = address.partition("#")
        target = (path.parent / name).resolve()
        if target in held:
            return f"{image}[{said}]({held[target]}{'#' * bool(anchor)}{anchor})"
        return f"{said} (`{target.relative_to(ROOT).as_posix()}`)"

    return _LINK.sub(link, text)


def gather(directory: Path) -> None:
    """Write pages, pictures and settings into a directory that is made anew."""
    shutil.rmtree(directory, ignore_errors=True)
    pages = directory / "pages"
    pages.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "zensical.toml", directory)
    held = places()
    for path, name in held.items():
        if path.suffix == ".md":
            (pages / name).write_text(page(path, held), encoding="utf-8")
        else:
            shutil.copy(path, pages / name)


def main(arguments: list[str]) -> int:
    """Gather and build; return Zensical's exit code."""
    directory = Path(arguments[0] if arguments else "build/site")
    gather(directory)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=directory,
        check=False,
    )
    if done.returncode == 0:
        sys.stdout.write(f"look at it: {sys.executable} -m http.server -d {directory}/html\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
