"""Replies of a language model → marks, from JSON or from marks in the paragraph itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.errors import PrelabellerReplyError
from annotate.prelabellers.grounding import Paragraph
from annotate.prelabellers.marks import Mark

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A\s*```\w*\n(.*?)\n?```\s*\Z", re.DOTALL)


def read_json(content: str) -> tuple[list[Mark], int]:
    """Return the marks of a JSON reply, and how many entries are malformed.

    What a model thinks aloud before it, and a fence around it, are passed over. Raises
    `PrelabellerReplyError` for what is no JSON (a reply that was cut), no list of marks, or a list
    of which no entry is a mark.
    """
    content = _bare(content)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        at = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise PrelabellerReplyError(f"the reply is no JSON{at}, or was cut") from None
    entries = value.get("marks") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        raise PrelabellerReplyError("the reply has no list of marks")
    marks = [_mark(position, entry) for position, entry in enumerate(entries, 1)]
    kept = [mark for mark in marks if mark is not None]
    if marks and not kept:
        raise PrelabellerReplyError(f"of the reply's {len(marks)} marks none is well-formed")
    return kept, len(marks) - len(kept)


def read_inline(content: str, labels: Sequence[str]) -> tuple[list[Mark], int]:
    """Return the marks of a reply that repeats the paragraph with `[[label|words]]` in it.

    Which of several places is meant follows from the text before it. Marks may stand in one
    another. Raises `PrelabellerReplyError` where a mark is never closed.
    """
    content = _bare(content)
    opening = re.compile(r"\[\[(" + "|".join(map(re.escape, labels)) + r")\|")
    text: list[str] = []
    length = at = 0
    open_: list[tuple[str, int]] = []
    places: list[tuple[int, int, str]] = []
    while at < len(content):
        begun = opening.match(content, at)
        if begun is not None:
            open_.append((begun[1], length))
            at = begun.end()
        elif open_ and content.startswith("]]", at):
            label, start = open_.pop()
            places.append((start, length, label))
            at += 2
        else:
            text.append(content[at])
            length += 1
            at += 1
    if open_:
        raise PrelabellerReplyError("a mark of the reply is never closed: it was cut")
    plain = Paragraph("".join(text))
    return [_inline(n, plain, *place) for n, place in enumerate(sorted(places), 1)], 0


def _inline(number: int, plain: Paragraph, start: int, end: int, label: str) -> Mark:
    words = plain.text[start:end]
    quote = words.strip()
    start += len(words) - len(words.lstrip())
    place = (start, start + len(quote))
    known = plain.places(quote)
    # A mark within a word, whose quote stands elsewhere as a word, could only be misplaced.
    quote = quote if place in known else ""
    occurrence = known.index(place) + 1 if quote and len(known) > 1 else None
    return Mark(number=number, label=label, quote=quote, occurrence=occurrence)


def _bare(content: str) -> str:
    content = _THOUGHTS.sub("", content)
    fenced = _FENCE.match(content)
    return (fenced[1] if fenced else content).strip()


def _mark(position: int, entry: Any) -> Mark | None:
    if not isinstance(entry, dict):
        return None
    label, quote = entry.get("label"), entry.get("quote")
    number = _name(entry.get("id"), position)
    if not isinstance(label, str) or not isinstance(quote, str) or number is None:
        return None
    occurrence = _whole(entry.get("occurrence"))
    return Mark(
        number=number,
        label=label,
        quote=quote,
        occurrence=None if occurrence is None or occurrence < 1 else occurrence,
        choices=_choices(entry.get("choices")),
        links=tuple(_links(entry.get("links"))),
    )


def _links(value: Any) -> Iterator[tuple[str, int | str]]:
    for link in _list(value):
        if isinstance(link, dict) and isinstance(link.get("label"), str):
            to = _name(link.get("to"), None)
            if to is not None:
                yield link["label"], to


def _choices(value: Any) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in _list(value):
        if isinstance(each, dict):
            name, option = each.get("name"), each.get("option")
            if isinstance(name, str) and isinstance(option, str):
                found[name] = (*found.get(name, ()), option)
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(value: Any, otherwise: int | None) -> int | str | None:
    """Return what a mark is called by: any scalar, of which 1, 1.0 and "1" are the same."""
    if value is None:
        return otherwise
    number = _whole(value)
    if number is not None:
        return number
    return str(value) if isinstance(value, (str, int, float)) else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return None
