"""annotate's own JSONL, with the annotator beside the line where an export tells one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Place, Reading
from annotate.jsonl import (
    ArticleLine,
    article_line_from_json,
    article_line_to_json,
    dumps,
    read_objects,
)


def read_own(path: Path) -> Reading:
    """Read annotate's own JSONL; raises `InputError` with file and line."""
    items: list[tuple[Place, ArticleLine]] = []
    for number, value in read_objects(path):
        by = value.get("annotator")
        if not isinstance(by, str | None):
            raise InputError("expected a string or null 'annotator'", path=path, line=number)
        place = Place(path=path, line=number, by=by)
        try:
            items.append((place, article_line_from_json(value)))
        except RecordError as error:
            refused = place.error(error)
            refused.hint = refused.hint or (
                "these are no lines of annotate's own; if another program wrote them, say which: "
                "--format prodigy, doccano"
                if "article_id" not in value
                else None
            )
            raise refused from None
    return Reading(items=tuple(items))


def own_lines(items: Sequence[tuple[str | None, ArticleLine]]) -> Iterator[str]:
    """Yield a line of JSON for every (annotator, article line)."""
    for by, line in items:
        value = article_line_to_json(line)
        yield dumps(value if by is None else {**value, "annotator": by})
