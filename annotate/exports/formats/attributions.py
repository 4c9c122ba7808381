"""Events with roles for source, cue and content → our spans and links. Pure.

The rules stand, with their reasons, in `mappings/polnear.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotate.exports.formats.mapping import Attributions, Trim
from annotate.exports.formats.standoff import Event, Mention, Standoff
from annotate.records import Link, Span

Part = tuple[int, int]


def read_attributions(
    standoff: Standoff, text: str, settings: Attributions, *, drop: Iterable[str] = ()
) -> tuple[tuple[Span, ...], tuple[Link, ...], list[tuple[str, str]]]:
    """Return spans, links, and (kind, detail) of what took no part in an attribution.

    A span that serves in several attributions is one span; ids number the spans in order.
    """
    pairs: list[tuple[list[Part], list[Part]]] = []
    used: set[str] = set()
    left: list[tuple[str, str]] = []
    for event in standoff.events.values():
        if event.label not in settings.events:
            left.append(("event", f"{event.id} ({event.label}) is no attribution"))
            continue
        used.add(event.trigger)
        for name, end in event.roles:
            if end in standoff.mentions and name in (*settings.source, *settings.content):
                used.add(end)
            else:
                left.append(("role", f"{name}:{end} of {event.id}"))
        vouching = _mentions(event, settings.source, standoff)
        parts = [part for mention in vouching for part in mention.parts]
        sources = joined(parts, text, words=settings.join_words)
        claims = [
            trimmed(part, text, settings.trim)
            for mention in _mentions(event, settings.content, standoff)
            for part in joined(mention.parts, text, words=0)
        ]
        pairs.append((sources, claims))
    left += [_unused(m, drop) for m in standoff.mentions.values() if m.id not in used]
    left += [("relation", f"{r.id} ({r.label})") for r in standoff.relations]
    left += [("attribute", f"{a.name} of {a.target}") for a in standoff.attributes]
    return (*_records(pairs, settings), left)


def joined(parts: Iterable[Part], text: str, *, words: int) -> list[Part]:
    """Return the parts in order; those with up to `words` words of one line between are one."""
    found: list[Part] = []
    for start, end in sorted(parts):
        between = text[found[-1][1] : start] if found else ""
        if found and "\n" not in between and len(between.split()) <= words:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def trimmed(part: Part, text: str, trim: Trim) -> Part:
    """Return the part without what `trim` cuts off; one of which nothing would be left, whole."""
    place = _stripped(part, text)
    before = None
    while place != before:
        before = place
        place = _without_word(_unquoted(place, text, trim), text, trim)
        while place[1] - place[0] > 1 and text[place[1] - 1] in trim.final:
            place = _stripped((place[0], place[1] - 1), text)
    return place if place[0] < place[1] else part


def _unquoted(part: Part, text: str, trim: Trim) -> Part:
    """Cut off quotation marks: single ones as a pair, double ones where no other stands inside."""
    start, end = part
    opening = next((m for m in trim.opening if text.startswith(m, start, end)), "")
    closing = next((m for m in trim.closing if text.endswith(m, start, end)), "")
    if (
        not opening
        and not closing
        and end - start > 2
        and text[start] + text[end - 1] in trim.pairs
    ):
        return _stripped((start + 1, end - 1), text)
    if end - start <= len(opening + closing):
        return part
    inside = text[start + len(opening) : end - len(closing)]
    if not any(mark in inside for mark in (*trim.opening, *trim.closing)):
        return _stripped((start + len(opening), end - len(closing)), text)
    return part


def _without_word(part: Part, text: str, trim: Trim) -> Part:
    start, end = part
    words = text[start:end].split(maxsplit=1)
    if len(words) == 2 and words[0].lower() in trim.leading:
        return _stripped((start + len(words[0]), end), text)
    return part


def _stripped(part: Part, text: str) -> Part:
    start, end = part
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _mentions(event: Event, roles: Sequence[str], standoff: Standoff) -> list[Mention]:
    return [
        standoff.mentions[end]
        for name, end in event.roles
        if name in roles and end in standoff.mentions
    ]


def _unused(mention: Mention, drop: Iterable[str]) -> tuple[str, str]:
    where = ";".join(f"{start}:{end}" for start, end in mention.parts)
    why = "is dropped by the mapping" if mention.label in drop else "is in no attribution"
    return "label", f"{mention.id} ({mention.label}) {where} {why}"


def _records(
    pairs: Sequence[tuple[list[Part], list[Part]]], settings: Attributions
) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    places = sorted(
        {(*part, settings.source_label) for sources, _ in pairs for part in sources}
        | {(*part, settings.content_label) for _, claims in pairs for part in claims}
    )
    ids = {place: f"s{number}" for number, place in enumerate(places)}
    spans = tuple(
        Span(id=ids[start, end, label], start=start, end=end, label=label)
        for start, end, label in places
    )
    links = {
        Link(
            head_id=ids[(*claim, settings.content_label)],
            tail_id=ids[(*source, settings.source_label)],
            label=settings.link,
        ): None
        for sources, claims in pairs
        for claim in claims
        for source in sources
    }
    return spans, tuple(links)
