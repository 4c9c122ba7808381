"""Replies of a language model → marks, from JSON or from marks in the paragraph itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from annotate.errors import PrelabellerReplyError
from annotate.prelabellers.grounding import Paragraph
from annotate.prelabellers.marks import Mark

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A\s*```\w*\n(.*?)\n?```\s*\Z", re.DOTALL)


def read_json(content: str) -> tuple[list[Mark], int]:
    """Return the marks of a JSON reply, and how many entries are none.

    What a model thinks aloud before it, and a fence around it, are passed over. Raises
    `PrelabellerReplyError` for what is no JSON (a reply that was cut), or no list of marks.
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
    label, quote, number = entry.get("label"), entry.get("quote"), entry.get("id", position)
    if not isinstance(label, str) or not isinstance(quote, str) or not _count(number, 0):
        return None
    occurrence = entry.get("occurrence")
    return Mark(
        number=number,
        label=label,
        quote=quote,
        occurrence=occurrence if _count(occurrence, 1) else None,
        choices=_choices(entry.get("choices")),
        links=tuple(
            (link["label"], link["to"])
            for link in _list(entry.get("links"))
            if isinstance(link, dict)
            and isinstance(link.get("label"), str)
            and _count(link.get("to"), 0)
        ),
    )


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


def _count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
