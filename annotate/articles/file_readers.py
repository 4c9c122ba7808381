"""One file → its articles: text, Markdown, HTML, Word, PDF, JSONL, inline marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from annotate.articles.documents import Document, read_docx, read_pdf
from annotate.articles.html import extract_page
from annotate.articles.marked import parse_marked
from annotate.articles.text import (
    check_size,
    check_text,
    decode_article,
    parse_metadata,
    split_front_matter,
)
from annotate.errors import ArticleError, InputError, RecordError
from annotate.jsonl import (
    ArticleLine,
    article_line_from_json,
    each_object_of,
    read_each_object,
)
from annotate.records import Article

SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".jsonl", ".marked")
"""What is read from a directory; anything else in it is passed over."""

_FIELDS = ("title", "outlet", "url", "published")


def read_file(path: Path, *, root: Path, encoding: str | None = None) -> Iterator[ArticleLine]:
    """Yield the articles of one file, with the spans that a `.jsonl` or `.marked` file holds.

    Raises `ArticleError` or `InputError`, both with the file and, where it helps, the line.
    """
    for line in read_each(path, root=root, encoding=encoding):
        if isinstance(line, InputError):
            raise line
        yield line


def read_each(
    path: Path, *, root: Path, encoding: str | None = None
) -> Iterator[ArticleLine | InputError]:
    """Yield the articles of one file, and in the place of each that is bad why it is.

    Bad ones are those that cannot be read, and those that no tokenizer could be given.
    """
    if path.suffix.lower() == ".jsonl":
        for _, line_or_error in _each_line(read_each_object(path), path, root):
            yield line_or_error
        return
    try:
        line = _read_one(path, root=root, encoding=encoding)
        check_size(line.article.text, path=path)
    except InputError as error:
        yield error
    else:
        yield line


def read_each_line(
    stream: IO[bytes], path: Path, *, root: Path
) -> Iterator[tuple[int, ArticleLine | InputError]]:
    """Yield the same of an open stream of JSON lines, with their numbers from 1."""
    return _each_line(each_object_of(stream, path=path), path, root)


def _each_line(
    objects: Iterable[tuple[int, dict[str, Any] | InputError]], path: Path, root: Path
) -> Iterator[tuple[int, ArticleLine | InputError]]:
    for number, value in objects:
        if isinstance(value, InputError):
            yield number, value
            continue
        try:
            line = _from_line(value, path, number, root)
            check_size(line.article.text, path=path, line=number)
        except InputError as error:
            yield number, error
        else:
            yield number, line


def _read_one(path: Path, *, root: Path, encoding: str | None) -> ArticleLine:
    suffix = path.suffix.lower()
    extract = _DOCUMENTS.get(suffix)
    if suffix not in _READERS and extract is None:
        raise ArticleError(
            f"cannot read {suffix or 'files without a suffix'}; "
            f"expected one of {', '.join(SUFFIXES)}",
            path=path,
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror}", path=path) from None
    try:
        if extract is not None:
            return _read_document(extract(raw, path=path), path, root)
        return _READERS[suffix](decode_article(raw, path=path, encoding=encoding), path, root)
    except RecordError as error:
        raise ArticleError(error.message, path=path, hint=error.hint) from None
    except OSError as error:  # of the metadata that stand beside it
        raise ArticleError(
            f"{error.filename}: cannot be read: {error.strerror}", path=path
        ) from None


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
    return ArticleLine(article=_article(text, _beside(path), path, root))


def _read_document(document: Document, path: Path, root: Path) -> ArticleLine:
    metadata = {"title": document.title, "author": document.author}
    metadata = {name: value for name, value in metadata.items() if value} | _beside(path)
    check_text(document.text, path=path)
    return ArticleLine(article=_article(document.text, metadata, path, root))


def _beside(path: Path) -> dict[str, Any]:
    """Return the metadata of the file of the same name that stands beside a text."""
    for suffix in (".yaml", ".yml"):
        sidecar = path.with_suffix(suffix)
        if sidecar.is_file():
            return parse_metadata(decode_article(sidecar.read_bytes(), path=sidecar), path=sidecar)
    return {}


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


_DOCUMENTS: Mapping[str, Callable[..., Document]] = {".docx": read_docx, ".pdf": read_pdf}


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
