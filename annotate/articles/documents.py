"""Word files and PDFs → text and title, by python-docx and pypdfium2 (extra `documents`).

A document is laid out for paper: what is text, and in which order, is partly a guess. The text is
what people mark, so it is worth a look before it is pushed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from annotate.articles.page_lines import HYPHEN, PageLine, join_lines
from annotate.errors import ArticleError
from annotate.installation import install_hint

_T = TypeVar("_T")

_DIVIDED = re.compile(r"(?<=\w)[-\u2010\u00ad]$")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document says; paragraphs are separated by a line feed."""

    text: str
    title: str | None
    author: str | None


def read_docx(raw: bytes, *, path: Path) -> Document:
    """Return the paragraphs of a Word file, those of its tables among them, in their order.

    Headers, footers, footnotes and comments are not part of it; tabs and breaks of lines within a
    paragraph are a space. Raises `ArticleError` for what is no .docx, for one without text, and
    where the extra is missing.
    """
    docx = _module("docx", path)
    document = _guarded(lambda: docx.Document(io.BytesIO(raw)), "no Word file (.docx)", path)
    text = "\n".join(filter(None, map(_line, _paragraphs(document))))
    about = document.core_properties
    return _document(text, about.title, about.author, path)


def read_pdf(raw: bytes, *, path: Path) -> Document:
    """Return the paragraphs of a PDF, page by page, in the order in which it was written.

    A paragraph ends at a gap, before an indented line, and after a short line that ends a sentence;
    one goes on over the end of a column or page where it ends no sentence there. Words that a
    hyphen divides at the end of a line are joined; where the document has the word with its hyphen
    elsewhere, the hyphen stays. Headers, footers and page numbers are lines like others. Raises
    `ArticleError` for what is no PDF, is locked, or has no text (a scan), and where the extra is
    missing.
    """
    pdfium = _module("pypdfium2", path)

    def lines() -> list[PageLine]:
        with closing(pdfium.PdfDocument(raw)) as document:
            return [line for page in document for line in _page_lines(page)]

    found = _guarded(lines, "no PDF that can be read", path)
    return _document("\n".join(join_lines(found)), None, None, path)


def _page_lines(page: Any) -> Iterator[PageLine]:
    """Yield the lines of a page with their boxes; U+FFFE is PDFium's hyphen at the end of one."""
    text_page = page.get_textpage()
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(text_page.count_chars()):
        letter = text_page.get_text_range(index, 1)
        if letter not in {"\r", "\n", HYPHEN}:
            letters.append(letter)
            if letter.strip():
                boxes.append(text_page.get_charbox(index))
            continue
        if letter == HYPHEN:
            letters.append(letter)
        if boxes:
            yield _page_line(letters, boxes)
        letters, boxes = [], []
    if boxes:
        yield _page_line(letters, boxes)


def _page_line(letters: list[str], boxes: list[tuple[float, float, float, float]]) -> PageLine:
    left, bottom, right, top = zip(*boxes, strict=True)
    text = _DIVIDED.sub(HYPHEN, _line("".join(letters)))
    return PageLine(text, left=min(left), right=max(right), bottom=min(bottom), top=max(top))


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _paragraphs(document: Any) -> Iterator[str]:
    """Yield the text of every paragraph of the body, wherever it stands: in tables, in controls.

    What was inserted under tracked changes is there, what was deleted is not.
    """
    from docx.oxml.ns import qn

    inside, breaks = {qn("w:t"), qn("w:noBreakHyphen")}, {qn("w:tab"), qn("w:br"), qn("w:cr")}
    for paragraph in document.element.body.iter(qn("w:p")):
        words: list[str] = []
        for element in paragraph.iter():
            # A text box holds paragraphs of its own, which come by themselves.
            if next(element.iterancestors(qn("w:p")), paragraph) is not paragraph:
                continue
            if element.tag in inside:
                words.append(element.text or "-")
            elif element.tag in breaks:
                words.append(" ")
        yield "".join(words)


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
