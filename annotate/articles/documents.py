"""Word files and PDFs → text and title, by python-docx and pdfminer.six (extra `documents`).

A document is laid out for paper: what is text, and in which order, is partly a guess. The text is
what people mark, so it is worth a look before it is pushed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from annotate.errors import ArticleError
from annotate.installation import install_hint

_T = TypeVar("_T")

_BROKEN = re.compile(r"(\w+)[-\u2010\u00ad]\n(?=[a-z\u00df-\u00ff])(\w+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document says; paragraphs are separated by a line feed."""

    text: str
    title: str | None
    author: str | None


def read_docx(raw: bytes, *, path: Path) -> Document:
    """Return the paragraphs of a Word file, those of its tables among them, in their order.

    Headers, footers, footnotes, comments and text boxes are not part of it. Raises `ArticleError`
    for what is no .docx, for one without text, and where the extra is missing.
    """
    docx = _module("docx", path)
    document = _guarded(lambda: docx.Document(io.BytesIO(raw)), "no Word file (.docx)", path)
    text = "\n".join(filter(None, map(_line, _paragraphs(document))))
    about = document.core_properties
    return _document(text, about.title, about.author, path)


def read_pdf(raw: bytes, *, path: Path) -> Document:
    """Return the blocks of text of a PDF, page by page, each as a paragraph.

    Lines of a block are joined, and words that a hyphen divides at the end of a line; where the
    document has the word with its hyphen elsewhere, the hyphen stays. Headers, footers and page
    numbers are blocks like others. Raises `ArticleError` for what is no PDF, is locked, or has no
    text (a scan), and where the extra is missing.
    """
    layout = _module("pdfminer.layout", path)
    high_level = _module("pdfminer.high_level", path)

    def blocks() -> list[str]:
        pages = high_level.extract_pages(io.BytesIO(raw))
        return [b.get_text() for page in pages for b in page if isinstance(b, layout.LTTextBox)]

    found = _guarded(blocks, "no PDF that can be read", path)
    whole = "\n".join(found)
    text = "\n".join(filter(None, (_line(_joined(block, whole)) for block in found)))
    return _document(text, None, None, path)


def _joined(block: str, whole: str) -> str:
    """Return a block with the words that its line ends divide put together."""

    def word(match: re.Match[str]) -> str:
        hyphened = f"{match[1]}-{match[2]}"
        return hyphened if hyphened in whole else match[1] + match[2]

    return _BROKEN.sub(word, block.strip())


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _paragraphs(part: Any) -> Iterator[str]:
    for block in part.iter_inner_content():
        if hasattr(block, "rows"):
            seen: set[Any] = set()  # a merged cell stands in every row and column that it covers
            for cell in (cell for row in block.rows for cell in row.cells):
                element = cell._tc  # noqa: SLF001 - nothing else tells that a cell is the same one
                if element not in seen:
                    seen.add(element)
                    yield from _paragraphs(cell)
        else:
            yield block.text


def _document(text: str, title: str | None, author: str | None, path: Path) -> Document:
    if not text.strip():
        raise ArticleError(
            "no text was found in it", path=path, hint="of a scan make text first (OCR)"
        )
    return Document(text=text, title=_line(title or "") or None, author=_line(author or "") or None)


def _guarded(read: Callable[[], _T], said: str, path: Path) -> _T:
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - whatever the parsers of broken files raise
        raise ArticleError(f"{said} ({type(error).__name__})", path=path) from None


def _module(name: str, path: Path) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise ArticleError(
            f"reading {path.suffix} files needs {name.partition('.')[0]}",
            path=path,
            hint=install_hint("documents"),
        ) from None
