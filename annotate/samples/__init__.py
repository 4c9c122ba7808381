"""The sample corpus: invented news articles with gold marks (see README.md beside this file)."""

from __future__ import annotations

from pathlib import Path

from annotate.articles.file_readers import read_file
from annotate.jsonl import ArticleLine

DIRECTORY = Path(__file__).parent / "articles"


def sample_articles() -> list[ArticleLine]:
    """Return the sample articles with their gold spans and links, in order of their numbers."""
    return [
        line
        for path in sorted(DIRECTORY.glob("*.marked"))
        for line in read_file(path, root=DIRECTORY)
    ]
