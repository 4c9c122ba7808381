"""Files, directories and globs → articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.articles.html import extract_page
from annotate.articles.marked import parse_marked
from annotate.articles.text import (
    check_text,
    decode_article,
    parse_metadata,
    split_front_matter,
)
from annotate.errors import ArticleError, InputError, RecordError, UsageError
from annotate.jsonl import ArticleLine, article_line_from_json, read_objects
from annotate.records import Article

SUFFIXES = (".txt", ".md", ".html", ".htm", ".jsonl", ".marked")
"""What is read from a directory; anything else in it is passed over."""

_FIELDS = ("title", "outlet", "url", "published")


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
            lines = read_file(path, root=self._root, encoding=self._encoding)
            for number, line in enumerate(lines):
                if (path, number) not in self._passed_over:
                    yield line.article


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticles:
    """The articles of a run, in the order of their files.

    `same_text` lists (article id, id of the article kept) of texts that were met twice: only the
    first is among `articles`.
    """

    articles: Articles
    hashes: Mapping[str, str]
    """SHA-256 of every article's text, by id."""
    same_text: tuple[tuple[str, str], ...]


def read_articles(
    patterns: Iterable[str | Path], *, root: Path, encoding: str | None = None
) -> ReadArticles:
    """Read files, directories (recursively) and globs, relative to `root`.

    All files are read and checked at once; memory keeps ids and hashes alone. Raises
    `ArticleError` that names every file which cannot be read, and `UsageError` for a pattern that
    matches nothing. Two texts under one id are an error; one text under two ids is reported and
    kept once.
    """
    by_id: dict[str, str] = {}
    by_hash: dict[str, str] = {}
    same_text: list[tuple[str, str]] = []
    passed_over: set[tuple[Path, int]] = set()
    failures: list[InputError] = []
    files = find_files(patterns, root=root)
    for path in files:
        try:
            for number, line in enumerate(read_file(path, root=root, encoding=encoding)):
                article_id = line.article.article_id
                digest = line.article.text_sha256
                if by_id.get(article_id, digest) != digest:
                    failures.append(
                        ArticleError(
                            f"the article id {article_id!r} stands for another text elsewhere",
                            path=path,
                            hint="give one of them another article_id",
                        )
                    )
                elif digest in by_hash:
                    same_text.append((article_id, by_hash[digest]))
                    passed_over.add((path, number))
                else:
                    by_id[article_id] = digest
                    by_hash[digest] = article_id
        except InputError as error:
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        rest = "; ".join(str(failure) for failure in failures[1:6])
        more = "" if len(failures) <= 6 else f"; and {len(failures) - 6} more"
        raise ArticleError(
            f"{failures[0]}; {rest}{more}", hint=f"{len(failures)} files or lines cannot be read"
        )
    articles = Articles(
        files,
        root=root,
        encoding=encoding,
        passed_over=frozenset(passed_over),
        count=len(by_id),
    )
    return ReadArticles(articles=articles, hashes=by_id, same_text=tuple(same_text))


def find_files(patterns: Iterable[str | Path], *, root: Path) -> list[Path]:
    """Return the files that `patterns` name, each once, sorted within a pattern.

    Raises `UsageError` for a pattern that matches no file.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = root / pattern
        if path.is_dir():
            matches = sorted(
                child
                for child in path.rglob("*")
                if child.suffix.lower() in SUFFIXES and child.is_file()
                if not any(part.startswith(".") for part in child.relative_to(path).parts)
            )
        elif path.exists():
            matches = [path]
        else:
            anchor = Path(path.anchor)
            matches = sorted(p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file())
            if not matches:
                raise UsageError(f"{pattern}: no such file or directory")
        found.update(dict.fromkeys(matches))
    return list(found)


def read_file(path: Path, *, root: Path, encoding: str | None = None) -> Iterator[ArticleLine]:
    """Yield the articles of one file, with the spans that a `.jsonl` or `.marked` file holds.

    Raises `ArticleError` or `InputError`, both with the file and, where it helps, the line.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        for number, value in read_objects(path):
            yield _from_line(value, path, number, root)
        return
    reader = _READERS.get(suffix)
    if reader is None:
        raise ArticleError(
            f"cannot read {suffix or 'files without a suffix'}; "
            f"expected one of {', '.join(SUFFIXES)}",
            path=path,
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror}", path=path) from None
    text = decode_article(raw, path=path, encoding=encoding)
    try:
        line = reader(text, path, root)
    except RecordError as error:
        raise ArticleError(error.message, path=path, hint=error.hint) from None
    yield line


def _from_line(value: dict[str, Any], path: Path, number: int, root: Path) -> ArticleLine:
    """Return the article of a line; without an id it is the URL, else path and line number."""
    if "article_id" not in value:
        value = {**value, "article_id": value.get("url") or f"{_place(path, root)}:{number}"}
    if isinstance(value.get("text"), str):
        text = value["text"].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if text != value["text"] and (value.get("spans") or value.get("text_sha256")):
            raise ArticleError(
                "the text has CR line ends or a byte-order mark, and spans or a hash that "
                "count them",
                path=path,
                line=number,
                hint="normalise the line ends to LF, and the offsets with them",
            )
        check_text(text, path=path, line=number)
        value = {**value, "text": text}
    try:
        return article_line_from_json(value)
    except RecordError as error:
        raise ArticleError(error.message, path=path, line=number, hint=error.hint) from None


def _read_txt(text: str, path: Path, root: Path) -> ArticleLine:
    metadata: dict[str, Any] = {}
    for suffix in (".yaml", ".yml"):
        sidecar = path.with_suffix(suffix)
        if sidecar.is_file():
            raw = decode_article(sidecar.read_bytes(), path=sidecar)
            metadata = parse_metadata(raw, path=sidecar)
            break
    return ArticleLine(article=_article(text, metadata, path, root))


def _read_md(text: str, path: Path, root: Path) -> ArticleLine:
    metadata, body = split_front_matter(text, path=path)
    body = body.lstrip("\n")
    heading = re.match(r"#{1,6} +(.+?)(?: +#+)? *(?:\n|\Z)", body)
    if heading and "title" not in metadata:
        metadata["title"] = heading[1]
    body = _with_title(body, metadata.get("title"))
    return ArticleLine(article=_article(body, metadata, path, root))


def _read_html(text: str, path: Path, root: Path) -> ArticleLine:
    page = extract_page(text, path=path)
    metadata = {
        "title": page.title,
        "outlet": page.outlet,
        "url": page.url,
        "published": page.published,
        **({"author": page.author} if page.author else {}),
    }
    return ArticleLine(article=_article(_with_title(page.text, page.title), metadata, path, root))


def _read_marked(text: str, path: Path, root: Path) -> ArticleLine:
    metadata, body = split_front_matter(text, path=path)
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    plain, spans, links = parse_marked(body, path=path, first_line=first_line)
    return ArticleLine(article=_article(plain, metadata, path, root), spans=spans, links=links)


_READERS: Mapping[str, Callable[[str, Path, Path], ArticleLine]] = {
    ".txt": _read_txt,
    ".md": _read_md,
    ".html": _read_html,
    ".htm": _read_html,
    ".marked": _read_marked,
}


def _with_title(body: str, title: Any) -> str:
    """Put the title first, as a paragraph of its own, where the text does not begin with it."""
    if not isinstance(title, str) or not title.strip():
        return body
    first = body.lstrip().split("\n", 1)[0].lstrip("# ")
    return body if first.startswith(title.strip()) else f"{title.strip()}\n\n{body}"


def _place(path: Path, root: Path) -> str:
    """Return the path relative to the workspace, or whole where it lies outside."""
    resolved = path.resolve()
    inside = resolved.is_relative_to(root)
    return (resolved.relative_to(root) if inside else resolved).as_posix()


def _article(text: str, metadata: dict[str, Any], path: Path, root: Path) -> Article:
    fields: dict[str, str | None] = {}
    for name in (*_FIELDS, "article_id"):
        value = metadata.get(name)
        if value is not None and not isinstance(value, str | int | float):
            raise ArticleError(f"metadata: expected a text as {name!r}", path=path)
        fields[name] = None if value is None else str(value)
    article_id = fields.pop("article_id") or fields["url"] or _place(path, root)
    meta = {k: v for k, v in metadata.items() if k not in (*_FIELDS, "article_id")}
    return Article(article_id=article_id, text=text, meta=meta, **fields)
