"""The lines of a brat `.ann` file → `Standoff`: what stands there, with offsets into our text.

brat counts code points of the text file as it is, carriage returns and a byte-order mark included;
an article has neither, so offsets are converted here and nowhere else. Every marked text is
compared with the text file: a mismatch means that nothing in the file can be trusted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import InputError

_NUMBERED = re.compile(r"(.*?\D)\d+")
_LEFT = {"#": "note", "*": "equivalence", "N": "normalisation"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A `T` line: a label on one or more stretches of text."""

    id: str
    label: str
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An `E` line; roles are (name without its number, id), ids of events among them."""

    id: str
    label: str
    trigger: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """An `R` line."""

    id: str
    label: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """An `A` or `M` line; a flag has the value `true`."""

    id: str
    name: str
    target: str
    value: str


_Item = Mention | Event | Relation | Attribute


@dataclass(frozen=True, slots=True, kw_only=True)
class Standoff:
    """What an `.ann` file holds; `left` are (kind, detail) of lines that are not read."""

    mentions: Mapping[str, Mention]
    events: Mapping[str, Event]
    relations: tuple[Relation, ...]
    attributes: tuple[Attribute, ...]
    left: tuple[tuple[str, str], ...]

    def mention_of(self, item_id: str) -> str | None:
        """Return the id of the mention that stands for an item: itself, or an event's trigger."""
        if item_id in self.events:
            return self.events[item_id].trigger
        return item_id if item_id in self.mentions else None


def read_standoff(ann: str, raw: str, *, path: Path) -> Standoff:
    """Return what `ann` says about the text file's characters `raw`.

    Raises `InputError` naming `path` and the line: broken lines, offsets beyond the text, a text
    that differs, ids that stand twice or name nothing.
    """
    items: dict[str, _Item] = {}
    lines: dict[str, int] = {}
    left: list[tuple[str, str]] = []
    position = _positions(raw)
    for number, line in _lines(ann):
        if line[0] in _LEFT:
            left.append((_LEFT[line[0]], line.replace("\t", " ")))
            continue
        try:
            item = _item(line, raw, position)
        except ValueError as error:
            raise InputError(str(error), path=path, line=number) from None
        if item.id in items:
            message = f"the id {item.id} stands in line {lines[item.id]} already"
            raise InputError(message, path=path, line=number)
        items[item.id], lines[item.id] = item, number
    for item in items.values():
        for end in _ends(item):
            if end not in items:
                message = f"{item.id} names {end}, which is not in the file"
                raise InputError(message, path=path, line=lines[item.id])
        if isinstance(item, Event) and not isinstance(items[item.trigger], Mention):
            message = f"the trigger of {item.id}, {item.trigger}, is no T line"
            raise InputError(message, path=path, line=lines[item.id])
    return Standoff(
        mentions={key: item for key, item in items.items() if isinstance(item, Mention)},
        events={key: item for key, item in items.items() if isinstance(item, Event)},
        relations=tuple(item for item in items.values() if isinstance(item, Relation)),
        attributes=tuple(item for item in items.values() if isinstance(item, Attribute)),
        left=tuple(left),
    )


def article_text(raw: str) -> str:
    """Return the text file's characters as an article's text: LF, no byte-order mark."""
    return raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


class _positions:  # noqa: N801 - used as a function that remembers
    """Offsets into the text file → offsets into the article's text."""

    def __init__(self, raw: str) -> None:
        self._mark = raw.startswith("\ufeff")
        self._pairs = [match.start() for match in re.finditer("\r\n", raw)]

    def __call__(self, offset: int) -> int:
        return max(0, offset - self._mark) - bisect_left(self._pairs, offset)


def _lines(ann: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(ann.removeprefix("\ufeff").split("\n"), start=1):
        stripped = line.removesuffix("\r")
        if stripped.strip():
            yield number, stripped


def _item(line: str, raw: str, position: _positions) -> _Item:
    item_id, _, rest = line.partition("\t")
    match item_id[:1]:
        case "T":
            return _mention(item_id, rest, raw, position)
        case "E":
            return _event(item_id, rest)
        case "R":
            return _relation(item_id, rest)
        case "A" | "M":
            return _attribute(item_id, rest)
    raise ValueError(f"no annotation of brat's begins with {item_id[:10]!r}")


def _ends(item: _Item) -> tuple[str, ...]:
    """Return the ids that an item names."""
    match item:
        case Event():
            return (item.trigger, *(end for _, end in item.roles))
        case Relation():
            return (item.head, item.tail)
        case Attribute():
            return (item.target,)
    return ()


def _mention(item_id: str, rest: str, raw: str, position: _positions) -> Mention:
    head, tab, text = rest.partition("\t")
    label, _, offsets = head.partition(" ")
    if not tab or not label or not offsets:
        raise ValueError(f"expected '{item_id}<TAB>Label start end<TAB>text'")
    parts: list[tuple[int, int]] = []
    for part in offsets.split(";"):
        ends = part.split()
        if len(ends) != 2 or not all(end.isascii() and end.isdigit() for end in ends):
            raise ValueError(f"{item_id}: {part!r} is no pair of offsets")
        start, end = map(int, ends)
        if not start < end <= len(raw):
            raise ValueError(
                f"{item_id}: {start} {end} is no stretch of a text of {len(raw)} characters"
            )
        parts.append((start, end))
    marked = " ".join(raw[start:end] for start, end in parts)
    if _plain(marked) != _plain(text):
        raise ValueError(f"{item_id}: the text at {offsets} is {marked[:60]!r}, not {text[:60]!r}")
    placed = [(position(start), position(end)) for start, end in parts]
    return Mention(item_id, label, tuple((start, end) for start, end in placed if start < end))


def _plain(text: str) -> str:
    """Return the words alone: tools differ in what they write for a line's end."""
    return " ".join(text.split())


def _event(item_id: str, rest: str) -> Event:
    head, *roles = [part.partition(":") for part in rest.split()] or [("", "", "")]
    if not head[0] or not head[2] or not all(name and end for name, _, end in roles):
        raise ValueError(f"expected '{item_id}<TAB>Type:trigger Role:id …'")
    return Event(item_id, head[0], head[2], tuple((_unnumbered(n), end) for n, _, end in roles))


def _unnumbered(role: str) -> str:
    """Return a role without the number that brat puts behind a repeated one."""
    match = _NUMBERED.fullmatch(role)
    return match[1] if match else role


def _relation(item_id: str, rest: str) -> Relation:
    words = rest.split()
    if len(words) != 3 or not all(":" in word for word in words[1:]):
        raise ValueError(f"expected '{item_id}<TAB>Label Arg1:id Arg2:id'")
    first, second = (word.partition(":")[2] for word in sorted(words[1:]))
    return Relation(item_id, words[0], first, second)


def _attribute(item_id: str, rest: str) -> Attribute:
    words = rest.strip().split(" ", 2)
    if len(words) < 2 or not words[1]:
        raise ValueError(f"expected '{item_id}<TAB>Name id value'")
    return Attribute(item_id, words[0], words[1], words[2] if len(words) == 3 else "true")
