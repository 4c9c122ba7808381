"""A new workspace: annotate.yaml, the labelling config, the guidelines, a place for articles."""

from __future__ import annotations

import json
from pathlib import Path

import annotate
from annotate.errors import UsageError
from annotate.files import write_atomic
from annotate.workspace import CONFIG_NAME, load_workspace

_PACKAGE = Path(annotate.__file__).parent
_LABEL_CONFIGS = ("claims.xml", "guidelines.md")


def init_workspace(
    directory: Path,
    *,
    project: str | None = None,
    articles: str = "articles",
    extra: str = "",
) -> list[Path]:
    """Write what is missing and return it; files that exist are left alone.

    `extra` is appended to annotate.yaml. Raises `UsageError` where the directory is a file, and
    `WorkspaceError` where the settings would be refused.
    """
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory}: is a file; a workspace is a directory")
    title = project or _title(directory)
    wanted: dict[Path, str] = {
        directory / CONFIG_NAME: (_PACKAGE / "templates" / CONFIG_NAME)
        .read_text(encoding="utf-8")
        .replace("@PROJECT@", json.dumps(title))
        .replace("@ARTICLES@", json.dumps(articles))
        + extra,
        directory / ".gitignore": "/.annotate/\n/models/\n",
        directory / "articles" / ".gitkeep": "",
    }
    for name in _LABEL_CONFIGS:
        wanted[directory / "label_configs" / name] = label_config_template(name)
    written = [path for path in wanted if not path.exists()]
    for path in written:
        write_atomic(path, wanted[path])
    load_workspace(directory)
    return written


def label_config_template(name: str) -> str:
    """Return one of the shipped files of label_configs/."""
    packaged = _PACKAGE / "label_configs" / name
    source = packaged if packaged.exists() else _PACKAGE.parent / "label_configs" / name
    return source.read_text(encoding="utf-8")


def _title(directory: Path) -> str:
    name = directory.resolve().name.replace("-", " ").replace("_", " ").strip()
    return name[:50] if len(name) >= 3 else "News claims"
