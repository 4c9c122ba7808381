"""The sample corpus: invented news articles with gold marks (see README.md beside this file)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from annotate.articles.file_readers import read_file
from annotate.jsonl import ArticleLine

DIRECTORY = Path(__file__).parent / "articles"


def sample_articles() -> list[ArticleLine]:
    """Return the sample articles with their gold spans and links, in order of their numbers."""
    return list(_read())


@cache
def _read() -> tuple[ArticleLine, ...]:
    paths = sorted(DIRECTORY.glob("*.marked"))
    return tuple(line for path in paths for line in read_file(path, root=DIRECTORY))
