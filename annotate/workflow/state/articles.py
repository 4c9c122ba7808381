"""The articles of a workspace: those that a command names, else those of annotate.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotate.articles.reading import ReadArticles, read_articles
from annotate.workspace import Workspace


def workspace_articles(
    workspace: Workspace, paths: Sequence[Path] | None = None, *, encoding: str | None = None
) -> ReadArticles:
    """Read articles; paths that are given are relative to the current directory.

    Raises `ArticleError` naming every file that cannot be read.
    """
    chosen = encoding or workspace.settings.encoding
    if paths:
        absolute = [path if path.is_absolute() else Path.cwd() / path for path in paths]
        return read_articles(absolute, root=workspace.root, encoding=chosen)
    return read_articles(workspace.settings.articles, root=workspace.root, encoding=chosen)
