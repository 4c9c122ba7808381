"""Files that a command writes where the user says: nothing that may be somebody's work is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from annotate.archive.manifest import MANIFEST, read_manifest
from annotate.articles.finding import SIDECARS, find_files
from annotate.errors import InputError, UsageError
from annotate.workspace import CONFIG_NAME, Workspace

PAGE_MARK = b'<meta name="generator" content="annotate">'
"""Stands near the beginning of every page that annotate writes."""

_HEAD = 1 << 20  # bytes
_DEVICES = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))


def require_free(
    path: Path,
    workspace: Workspace,
    *,
    replaceable: Callable[[bytes], bool] | None = None,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """Refuse a file that is there already, unless it is empty or may be replaced.

    `replaceable` is given how the file begins, and tells whether its content is as easily made
    anew. `overwrite` allows any file but the workspace's own and the `inputs`, the files that the
    same command reads. What is no file (a pipe, a device) is
    refused without being opened. Raises `UsageError`.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a directory", hint="name a file in it")
    # /dev/stdout is a file where the shell has sent it to one, and would itself be replaced.
    if path.exists() and (not path.is_file() or path.absolute().parent in _DEVICES):
        raise UsageError(
            f"{path}: is no regular file (a pipe or a device, say)",
            hint="name a file: it is written whole, and takes its name when it is done",
        )
    require_not_own(path, workspace)
    require_no_shards(path)
    require_not_input(path, inputs)
    if not path.exists():
        return
    article = _is_article(path, workspace)
    if overwrite and not article:
        return
    try:
        with path.open("rb") as stream:
            begins = stream.read(_HEAD)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if begins and not (replaceable is not None and replaceable(begins)):
        raise UsageError(
            f"{path}: is {'an article' if article else 'there already'}, so it is not replaced",
            hint="name another file" + ("" if article else ", or allow it with --overwrite"),
        )


def require_no_shards(path: Path) -> None:
    """Refuse what lies in a directory of shards, where everything is compared with hashes."""
    for directory in (path.resolve(), *path.resolve().parents):
        manifest = directory / MANIFEST
        try:
            read_manifest(manifest.read_bytes(), where=str(manifest))
        except (OSError, InputError):  # none, or somebody else's
            continue
        raise UsageError(
            f"{path}: {directory} holds shards, and nothing else is written there",
            hint="name a place elsewhere",
        )


def require_jsonl(path: Path) -> None:
    """Refuse a file whose name promises another format than JSON lines; raises `UsageError`."""
    if path.suffix.lower() in (".gz", ".parquet", ".csv", ".json"):
        raise UsageError(
            f"{path}: would hold JSON lines, whatever it is called",
            hint=f"call it {path.name.split('.')[0]}.jsonl",
        )


def require_not_input(path: Path, inputs: Iterable[Path]) -> None:
    """Refuse a file that the same command reads, under whatever name (a link to it, say).

    Raises `UsageError`.
    """
    for file in inputs:
        try:
            same = path.resolve() == file.resolve() or path.samefile(file)
        except OSError:  # one of them is not there
            continue
        if same:
            raise UsageError(
                f"{path}: is read by this command, so it is not replaced, whatever the options",
                hint="name another file to write",
            )


def require_not_own(path: Path, workspace: Workspace) -> None:
    """Refuse a place at which only annotate itself writes, and the files that settings name.

    Raises `UsageError`.
    """
    place = path.resolve()
    exports = workspace.exports
    kept = {workspace.state: "what annotate keeps for itself", workspace.models: "the models"}
    for directory in (exports, *(exports.parent / name for name in workspace.other_exports())):
        kept[directory] = "export versions"
    for directory, what in kept.items():
        if directory.resolve() in (place, *place.parents):
            raise UsageError(
                f"{path}: {directory} holds {what}, and nothing else is written there",
                hint="name another file",
            )
    if place in _named_files(workspace):
        raise UsageError(
            f"{path}: is a file of the workspace, which no output replaces",
            hint="name another file",
        )


def _named_files(workspace: Workspace) -> set[Path]:
    settings = workspace.settings
    names = (
        CONFIG_NAME,
        settings.label_config,
        settings.guidelines,
        settings.studio.api_key_file,
        *settings.lexicons,
        ".gitignore",
        ".gitattributes",
    )
    return {(workspace.root / name).resolve() for name in names if name}


def _is_article(path: Path, workspace: Workspace) -> bool:
    """Tell whether a file is one of the articles, or the metadata beside one."""
    place = path.resolve()
    for pattern in workspace.settings.articles:
        directory = (workspace.root / pattern).resolve()
        if place.suffix.lower() in SIDECARS and directory in place.parents:
            return True
        try:
            files = find_files([pattern], root=workspace.root).files
        except UsageError:  # the pattern names nothing
            continue
        if any(file.resolve() == place for file in files):
            return True
    return False


def is_page(begins: bytes) -> bool:
    """Tell whether a file is a page that annotate has written."""
    return PAGE_MARK in begins


def is_prediction(begins: bytes) -> bool:
    """Tell whether a file's first line is a prediction, which nobody has corrected."""
    try:
        first = json.loads(begins.splitlines()[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and bool(first.get("model_version"))
