"""Article lines → the files of a brat directory. Pure.

Written are spans (`T`), attributes (`A`), links (`R`) and an `annotation.conf` with the names that
occur, which brat needs to show them. A span that crosses a line's end is written as brat does it:
a fragment for each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotate.exports.formats.base import Loss
from annotate.exports.formats.standoff import article_text
from annotate.jsonl import ArticleLine
from annotate.records import Span

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_NO_NAME = re.compile(r"[^\w-]")
_LINE = re.compile(r"[^\r\n]+")


def brat_files(
    items: Sequence[tuple[str | None, ArticleLine]],
) -> tuple[list[tuple[str, str]], list[Loss]]:
    """Return (name, content) of every file, and what brat cannot hold.

    `items` are (annotator, line); file names are made of the article ids, unique whatever the
    case of their letters.
    """
    files: list[tuple[str, str]] = []
    losses: list[Loss] = []
    taken: set[str] = set()
    for by, line in items:
        name = file_name(line.article.article_id, taken)
        ann, left = _annotations(line)
        files += [(f"{name}.txt", line.article.text), (f"{name}.ann", ann)]
        losses += [
            Loss(article_id=line.article.article_id, what=what, detail=detail)
            for what, detail in (*_about_article(by, line, name), *left)
        ]
    files.append(("annotation.conf", _configuration([line for _, line in items])))
    return files, losses


def file_name(article_id: str, taken: set[str]) -> str:
    """Return a safe name made of an article id that is not `taken` yet, and take it."""
    name = base = _UNSAFE.sub("-", article_id).strip("-")[:100] or "article"
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name.lower())
    return name


def _about_article(by: str | None, line: ArticleLine, name: str) -> Iterator[tuple[str, str]]:
    article = line.article
    held = {
        "article_id": article.article_id if article.article_id != name else None,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "published": article.published,
        "meta": article.meta,
        "annotator": by,
        "labels": line.labels,
        "scores": line.scores,
        "model_version": line.model_version,
    }
    missing = [key for key, value in held.items() if value]
    if missing:
        yield "metadata", f"{', '.join(missing)} (written as {name})"
    if article_text(article.text) != article.text:
        yield "text", "a byte-order mark or carriage returns are read back as line feeds or nothing"


def _annotations(line: ArticleLine) -> tuple[str, list[tuple[str, str]]]:
    rows: list[str] = []
    left: list[tuple[str, str]] = []
    ids: dict[str, str] = {}
    attributes = 0
    for span in line.spans:
        parts = _parts(span, line.article.text)
        if not parts:
            left.append(("span", f"{span.label} {span.start}:{span.end} marks line ends alone"))
            continue
        if (parts[0][0], parts[-1][1]) != (span.start, span.end):
            detail = f"{span.label} {span.start}:{span.end} is written without its line ends"
            left.append(("moved", detail))
        ids[span.id] = f"T{len(ids) + 1}"
        places = ";".join(f"{start} {end}" for start, end in parts)
        text = " ".join(" ".join(line.article.text[start:end].split()) for start, end in parts)
        rows.append(f"{ids[span.id]}\t{_name(span.label, left)} {places}\t{text}")
        for name, values in span.attributes.items():
            if not values:
                left.append(("attribute", f"{name} of {ids[span.id]} has no value"))
            for value in values:
                attributes += 1
                plain = " ".join(value.split()) or "_"
                if plain != value:
                    left.append(("attribute", f"{name}={value!r} is written as {plain!r}"))
                rows.append(f"A{attributes}\t{_name(name, left)} {ids[span.id]} {plain}")
    number = 0
    for link in line.links:
        if link.head_id in ids and link.tail_id in ids:
            number += 1
            ends = f"Arg1:{ids[link.head_id]} Arg2:{ids[link.tail_id]}"
            rows.append(f"R{number}\t{_name(link.label, left)} {ends}")
        else:
            left.append(("link", f"{link.label} {link.head_id} to {link.tail_id}: an end is lost"))
    return "".join(f"{row}\n" for row in rows), left


def _parts(span: Span, text: str) -> list[tuple[int, int]]:
    """Return the stretches between the line ends of a span."""
    found = _LINE.finditer(text, span.start, span.end)
    return [(match.start(), match.end()) for match in found]


def _name(name: str, left: list[tuple[str, str]] | None = None) -> str:
    safe = _NO_NAME.sub("_", name)
    if safe != name and left is not None:
        left.append(("name", f"{name!r} is written as {safe!r}"))
    return safe


def _configuration(lines: Sequence[ArticleLine]) -> str:
    labels = sorted({_name(span.label) for line in lines for span in line.spans})
    links = sorted({_name(link.label) for line in lines for link in line.links})
    values: dict[str, set[str]] = {}
    for line in lines:
        for span in line.spans:
            for name, chosen in span.attributes.items():
                values.setdefault(_name(name), set()).update(" ".join(v.split()) for v in chosen)
    sections = {
        "entities": labels,
        "relations": [f"{name}\tArg1:<ENTITY>, Arg2:<ENTITY>" for name in links],
        "events": [],
        "attributes": [
            f"{name}\tArg:<ENTITY>, Value:{'|'.join(sorted(values[name]))}"
            for name in sorted(values)
        ],
    }
    return "\n".join("\n".join([f"[{name}]", *rows, ""]) for name, rows in sections.items())
