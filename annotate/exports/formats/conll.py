"""CoNLL columns: a token a line with its BIO tag, a blank line after every sentence. Flat.

Read are two columns or more between white space, the token first and the tag last (CoNLL 2003 has
four), in the tagging schemes BIO, IOB1, IOBES and BILOU. `-DOCSTART-` begins an article, and a
comment `# id = …` or `# newdoc id = …` names it. The text is made of the tokens: a space between
two, a line's end between sentences. Written is BIO, of spans that overlap the longest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Loss, Place, Reading, read_utf8
from annotate.jsonl import ArticleLine
from annotate.records import Article, Span, check_fits, check_spans

Tokenise = Callable[[str], Sequence[tuple[int, int]]]
"""Text → the (start, end) of its tokens, in order."""

_NAME = re.compile(r"#\s*(?:newdoc\s+)?id\s*=\s*(.+)")
_TAG = re.compile(r"([BILUESbilues])-(.+)|O|o|_|-")
_SPACES = re.compile(r"[ \t]+")
_BEGINS, _ENDS = "BUS", "LEUS"
_DOCUMENT = "-DOCSTART-"


@dataclass(slots=True)
class _Document:
    """An article as it is being put together."""

    line: int
    name: str | None = None
    text: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    open: str | None = None
    """Label of the span that the next token may go on with."""
    fresh: bool = True
    """Whether the next token opens a sentence."""

    def add(self, token: str, prefix: str, label: str | None) -> None:
        separator = "" if not self.text else "\n" if self.fresh else " "
        start = len(self.text) + len(separator)
        self.text += separator + token
        end = len(self.text)
        goes_on = label is not None and self.open == label and prefix not in _BEGINS
        if label is not None and goes_on:
            self.spans[-1] = (self.spans[-1][0], end, label)
        elif label is not None:
            self.spans.append((start, end, label))
        self.open = None if prefix in _ENDS else label
        self.fresh = False


def read_conll(path: Path) -> Reading:
    """Read a CoNLL file; raises `InputError` with file, line and what was expected."""
    items: list[tuple[Place, ArticleLine]] = []
    taken: set[str] = set()
    for document in _documents(path):
        place = Place(path=path, line=document.line)
        name = document.name or path.stem
        number = 1
        while name in taken:
            number += 1
            name = f"{document.name or path.stem}-{number}"
        taken.add(name)
        try:
            article = Article(article_id=name, text=document.text)
            spans = tuple(
                Span(id=f"s{index}", start=start, end=end, label=label)
                for index, (start, end, label) in enumerate(document.spans)
            )
            check_spans(spans, (), owner=name)
            check_fits(article, article.text_sha256, spans)
        except RecordError as error:
            raise place.error(error) from None
        items.append((place, ArticleLine(article=article, spans=spans)))
    return Reading(items=tuple(items))


def _documents(path: Path) -> Iterator[_Document]:
    document = _Document(line=1)
    for number, line in enumerate(read_utf8(path).split("\n"), 1):
        named = _NAME.match(line)
        columns = _SPACES.split(line.strip(" \t\r")) if line.strip() else []
        begins = bool(columns) and columns[0] == _DOCUMENT
        if begins or (named and document.text):
            if document.text:
                yield document
            document = _Document(line=number)
        if named:
            document.name = named[1].strip()
        if named or begins:
            continue
        if not columns:
            document.fresh, document.open = True, None
            continue
        tag = _TAG.fullmatch(columns[-1])
        if line.startswith("# ") and (tag is None or "=" in columns):
            continue
        if len(columns) == 1 or tag is None:
            raise InputError(
                f"expected a token and, last, a tag such as B-PER or O, found {line!r}",
                path=path,
                line=number,
            )
        document.add(columns[0], (tag[1] or "O").upper(), tag[2])
    if document.text:
        yield document


def conll_lines(
    items: Sequence[tuple[str | None, ArticleLine]], *, tokenise: Tokenise
) -> tuple[list[str], list[Loss]]:
    """Return the lines of a file for (annotator, article line), and what flat tags cannot hold.

    Of spans that overlap the longest is written; ends within a token are moved outwards. Both are
    reported, and so are links, attributes and what tells of an article.
    """
    lines: list[str] = []
    losses: list[Loss] = []
    for by, line in items:
        article = line.article
        left: list[tuple[str, str]] = [("link", f"{link.label}") for link in line.links]
        held = {
            "title": article.title, "outlet": article.outlet, "url": article.url,
            "published": article.published, "meta": article.meta, "annotator": by,
            "labels": line.labels, "scores": line.scores,
        }  # fmt: skip
        missing = [key for key, value in held.items() if value]
        if missing:
            left.append(("metadata", ", ".join(missing)))
        tokens = [place for place in tokenise(article.text) if article.text[slice(*place)].strip()]
        tags = ["O"] * len(tokens)
        for span in sorted(line.spans, key=lambda span: (span.start - span.end, span.start)):
            what = f"{span.label} {span.start}:{span.end}"
            left += [("attribute", f"{name} of {what}") for name in span.attributes]
            inside = [
                i for i, (start, end) in enumerate(tokens) if start < span.end > span.start < end
            ]
            if not inside:
                left.append(("span", f"{what} holds no token"))
            elif any(tags[i] != "O" for i in inside):
                left.append(("overlapping", what))
            else:
                if (tokens[inside[0]][0], tokens[inside[-1]][1]) != (span.start, span.end):
                    left.append(("moved", f"{what} ends within a token, or at white space"))
                if "\n" in article.text[span.start : span.end].strip("\n"):
                    left.append(("divided", f"{what} goes over a line's end"))
                label = "_".join(span.label.split())
                if label != span.label:
                    left.append(("name", f"{span.label} is written as {label}"))
                for i in inside:
                    tags[i] = f"I-{label}"
                tags[inside[0]] = f"B-{label}"
        lines += ["-DOCSTART- O", f"# id = {article.article_id}", ""]
        lines += _rows(article.text, tokens, tags)
        losses += [
            Loss(article_id=article.article_id, what=what, detail=detail) for what, detail in left
        ]
    return lines, losses


def _rows(text: str, tokens: Sequence[tuple[int, int]], tags: Sequence[str]) -> Iterator[str]:
    """Yield the rows of an article; a line's end in its text ends a sentence."""
    before = 0
    for (start, end), tag in zip(tokens, tags, strict=True):
        if "\n" in text[before:start]:
            yield ""
        yield f"{''.join(text[start:end].split())} {tag}"
        before = end
    yield ""
