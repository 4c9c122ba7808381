"""The articles of a run, checked as a whole before anything is written or sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.articles.file_readers import read_each
from annotate.articles.finding import find_files
from annotate.errors import ArticleError, InputError
from annotate.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file, or a line of one, that cannot be an article, with the reason.

    `reason` names the file and, where there is one, the line.
    """

    path: Path
    line: int | None
    reason: str
    hint: str | None = None


class Articles:
    """Articles that are read from their files whenever they are gone through, one at a time."""

    def __init__(
        self,
        files: Sequence[Path],
        *,
        root: Path,
        encoding: str | None,
        passed_over: frozenset[tuple[Path, int]],
        count: int,
    ) -> None:
        self._files = files
        self._root = root
        self._encoding = encoding
        self._passed_over = passed_over
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Article]:
        for path in self._files:
            lines = read_each(path, root=self._root, encoding=self._encoding)
            for number, line in enumerate(lines):
                if (path, number) in self._passed_over:
                    continue
                if isinstance(line, InputError):  # it was good when all were checked
                    raise line
                yield line.article


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticles:
    """The articles of a run, in the order of their files, and what is none.

    `same_text` lists (article id, id of the article kept) of texts that were met twice: only the
    first is among `articles`.
    """

    articles: Articles
    hashes: Mapping[str, str]
    """SHA-256 of every article's text, by id."""
    same_text: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Files of the directories whose kind cannot be read, by suffix."""

    def require(self) -> ReadArticles:
        """Return these articles; raises `ArticleError` that says why where there is none."""
        if not self.articles and self.left_out:
            first = self.left_out[0]
            more = f"; and {len(self.left_out) - 1} more" if len(self.left_out) > 1 else ""
            raise ArticleError(f"{first.reason}{more}", hint=first.hint)
        return self


def read_articles(
    patterns: Iterable[str | Path], *, root: Path, encoding: str | None = None
) -> ReadArticles:
    """Read files, directories (recursively) and globs, relative to `root`.

    All files are read and checked at once; memory keeps ids and hashes alone. What is bad is left
    out with its reason, and the rest goes on. One text under two ids is kept once, and told; of two
    texts under one id the first is kept. Raises `UsageError` for a pattern that matches nothing.
    """
    by_id: dict[str, str] = {}
    by_hash: dict[str, str] = {}
    same_text: list[tuple[str, str]] = []
    passed_over: set[tuple[Path, int]] = set()
    left_out: list[LeftOut] = []
    found = find_files(patterns, root=root)
    for path in found.files:
        for number, line in enumerate(read_each(path, root=root, encoding=encoding)):
            problem = line if isinstance(line, InputError) else None
            if not isinstance(line, InputError):
                article_id, digest = line.article.article_id, line.article.text_sha256
                if by_id.get(article_id, digest) != digest:
                    problem = ArticleError(
                        f"the article id {article_id!r} stands for another text elsewhere",
                        path=path,
                        hint="give one of them another article_id",
                    )
                elif digest in by_hash:
                    same_text.append((article_id, by_hash[digest]))
                    passed_over.add((path, number))
                else:
                    by_id[article_id] = digest
                    by_hash[digest] = article_id
            if problem is not None:
                passed_over.add((path, number))
                left_out.append(
                    LeftOut(path=path, line=problem.line, reason=problem.message, hint=problem.hint)
                )
    articles = Articles(
        found.files,
        root=root,
        encoding=encoding,
        passed_over=frozenset(passed_over),
        count=len(by_id),
    )
    return ReadArticles(
        articles=articles,
        hashes=by_id,
        same_text=tuple(same_text),
        left_out=tuple(left_out),
        passed_over=found.passed_over,
    )
