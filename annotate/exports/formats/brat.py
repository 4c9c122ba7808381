"""brat: a directory of `.txt` files and the `.ann` files beside them.

Reading: `T` lines are spans (one for each part of a discontiguous one), `R` lines and the roles of
`E` lines are links, `A` and `M` lines are attributes; notes (`#`), equivalences (`*`) and
normalisations (`N`) are reported. Fragments between which a line ends are one span: so brat itself
writes a span that crosses a line's end. Writing does the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotate.errors import InputError, RecordError
from annotate.exports.formats.attributions import read_attributions
from annotate.exports.formats.base import Loss, Place, Reading, read_utf8
from annotate.exports.formats.mapping import BratLayout
from annotate.exports.formats.standoff import Mention, Standoff, article_text, read_standoff
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span


def read_brat(
    directory: Path, layout: BratLayout | None = None, *, drop: Iterable[str] = ()
) -> Reading:
    """Read every `.ann` file below `directory` with its text; the file's name is the article's id.

    Raises `InputError` naming file and line.
    """
    layout = BratLayout() if layout is None else layout
    items: list[tuple[Place, ArticleLine]] = []
    losses: list[Loss] = []
    taken: set[Path] = set()
    for place, text_path, article_id in _files(directory, layout):
        taken.add(text_path)
        raw = read_utf8(text_path)
        text = article_text(raw)
        standoff = read_standoff(read_utf8(place.path), raw, path=place.path)
        try:
            article = Article(article_id=article_id, text=text)
            if layout.attributions is None:
                spans, links, left = _spans_and_links(standoff, text, lines=layout.join_lines)
            else:
                spans, links, left = read_attributions(
                    standoff, text, layout.attributions, drop=drop
                )
        except RecordError as error:
            raise InputError(error.message, path=text_path) from None
        items.append((place, ArticleLine(article=article, spans=spans, links=links)))
        losses += [
            Loss(article_id=article_id, what=what, detail=detail)
            for what, detail in (*standoff.left, *left)
        ]
    for path in sorted((directory / layout.texts).rglob("*.txt")):
        if path not in taken:
            losses.append(
                Loss(article_id=path.stem, what="article", detail=f"{path} has no .ann file")
            )
    return Reading(items=tuple(items), losses=tuple(losses))


def _files(directory: Path, layout: BratLayout) -> Iterator[tuple[Place, Path, str]]:
    """Yield (place, text file, article id) of every annotation file, in order."""
    texts, annotations = directory / layout.texts, directory / layout.annotations
    try:
        pattern = re.compile(layout.name)
    except re.error as error:
        raise InputError(f"brat.name is no regular expression: {error}") from None
    paths = sorted(annotations.rglob("*.ann"))
    if not paths:
        raise InputError("no .ann file in the directory", path=annotations)
    for path in paths:
        relative = path.relative_to(annotations).with_suffix("").as_posix()
        match = pattern.fullmatch(relative)
        if match is None:
            raise InputError(f"the name does not fit brat.name ({layout.name})", path=path)
        named = match.groupdict()
        article_id = named.get("article") or relative
        text = texts / f"{article_id}.txt"
        if not text.is_file():
            raise InputError(f"its text, {text}, is missing", path=path)
        yield Place(path=path, by=named.get("annotator")), text, article_id


def _spans_and_links(
    standoff: Standoff, text: str, *, lines: bool
) -> tuple[tuple[Span, ...], tuple[Link, ...], list[tuple[str, str]]]:
    """Return the file's spans and links as they are, and (kind, detail) of what is left."""
    left: list[tuple[str, str]] = []
    attributes: dict[str, dict[str, tuple[str, ...]]] = {}
    for attribute in standoff.attributes:
        target = standoff.mention_of(attribute.target)
        if target is None:
            left.append(("attribute", f"{attribute.name} of the relation {attribute.target}"))
            continue
        held = attributes.setdefault(target, {})
        values = (*held.get(attribute.name, ()), attribute.value)
        held[attribute.name] = tuple(dict.fromkeys(values))
    spans: list[Span] = []
    parts_of: dict[str, list[str]] = {}
    for mention in standoff.mentions.values():
        parts = _contiguous(mention, text) if lines else mention.parts
        ids = [mention.id, *(f"{mention.id}.{number}" for number in range(2, len(parts) + 1))]
        parts_of[mention.id] = ids[: len(parts)]
        if len(parts) != 1:
            what = f"is read as {len(parts)} spans" if parts else "marks carriage returns alone"
            left.append(("discontiguous", f"{mention.id} ({mention.label}) {what}"))
        spans += [
            Span(
                id=span_id,
                start=start,
                end=end,
                label=mention.label,
                attributes=attributes.get(mention.id, {}),
            )
            for span_id, (start, end) in zip(ids, parts, strict=False)
        ]
    links: dict[Link, None] = {}
    for name, label, head, tail in _joins(standoff):
        first, second = standoff.mention_of(head), standoff.mention_of(tail)
        found = [
            Link(head_id=one, tail_id=other, label=label)
            for one in parts_of.get(first or "", ())
            for other in parts_of.get(second or "", ())
            if first != second
        ]
        links.update(dict.fromkeys(found))
        if not found:
            left.append(("link", f"{name} ({label}) joins {head} and {tail}"))
    return tuple(spans), tuple(links), left


def _contiguous(mention: Mention, text: str) -> tuple[tuple[int, int], ...]:
    """Return the parts, those with nothing but line ends between them as one."""
    found: list[tuple[int, int]] = []
    for start, end in mention.parts:
        between = text[found[-1][1] : start] if found else ""
        if found and start >= found[-1][1] and not between.strip("\n"):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def _joins(standoff: Standoff) -> Iterator[tuple[str, str, str, str]]:
    for relation in standoff.relations:
        yield relation.id, relation.label, relation.head, relation.tail
    for event in standoff.events.values():
        for role, end in event.roles:
            yield event.id, role, event.trigger, end
