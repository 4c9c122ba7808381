"""Two histories of one article → one line: a three-way merge, by annotation. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotate.exports.lines import ExportedArticle, annotation_to_json
from annotate.jsonl import dumps
from annotate.origins import KEPT
from annotate.records import Annotation


@dataclass(frozen=True, slots=True)
class MergedLine:
    """What both sides come to; `None` where the article is gone.

    `told` says what had to be chosen.
    """

    line: ExportedArticle | None
    told: tuple[str, ...] = ()


def merge_lines(
    ours: ExportedArticle | None,
    theirs: ExportedArticle | None,
    base: ExportedArticle | None,
) -> MergedLine:
    """Return what two versions say of an article revision, `base` being what they grew from.

    What only one side changed is taken from it. Where both did, the annotations of both are kept,
    the side that leads (`ours`) with its group; of one annotation that both changed, the later
    state stays, except that the work of reviewers and files is kept in both its states, the earlier
    one under an id of its own.
    """
    if theirs in (ours, base):
        return MergedLine(ours)
    if ours == base:
        return MergedLine(theirs)
    if ours is None or theirs is None:
        return MergedLine(
            ours or theirs, ("removed on one side and changed on the other; it is kept",)
        )
    told: list[str] = []
    annotations = _merge_annotations(ours, theirs, base, told)
    split = ours.split
    if ours.split != theirs.split:
        split = "none"
        told.append(f"for {ours.split} on one side and {theirs.split} on the other; now for none")
    line = replace(
        ours,
        annotations=annotations,
        split=split,
        blind=ours.blind and theirs.blind,
        corpus=ours.corpus or theirs.corpus,
        tasks=tuple(sorted({*ours.tasks, *theirs.tasks})),
        skipped=max(ours.skipped, theirs.skipped),
    )
    return MergedLine(line, tuple(told))


def _merge_annotations(
    ours: ExportedArticle,
    theirs: ExportedArticle,
    base: ExportedArticle | None,
    told: list[str],
) -> tuple[Annotation, ...]:
    left, right, before = map(_by_id, (ours, theirs, base))
    merged: list[Annotation] = []
    for id_ in sorted({*left, *right}):
        mine, other, then = left.get(id_), right.get(id_), before.get(id_)
        if other in (mine, then):
            merged += [mine] if mine else []
        elif mine == then:
            merged += [other] if other else []
        elif mine is None or other is None:
            merged += [a for a in (mine, other) if a is not None]
            told.append(f"annotation {id_} was deleted on one side and changed on the other; kept")
        else:
            late, early = sorted((mine, other), key=_stamp, reverse=True)
            merged.append(late)
            if id_.startswith(KEPT):
                kind = id_.partition("-")[0]
                name = f"{kind}-{_digest(ours, id_, dumps(annotation_to_json(early)))}"
                merged.append(replace(early, annotation_id=name, ground_truth=False))
                told.append(f"annotation {id_} was changed on both sides; the earlier is {name}")
            else:
                told.append(f"annotation {id_} was changed on both sides; the later state stays")
    if left.keys() - right.keys() - before.keys() and right.keys() - left.keys() - before.keys():
        told.append(f"annotated on both sides; all of {len(merged)} annotations are kept")
    return _ordered(merged)


def _by_id(line: ExportedArticle | None) -> dict[str, Annotation]:
    return {a.annotation_id: a for a in line.annotations} if line else {}


def _stamp(annotation: Annotation) -> tuple[str, str]:
    return annotation.updated_at or "", dumps(annotation_to_json(annotation))


def _ordered(annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
    return tuple(sorted(annotations, key=lambda a: a.annotation_id))


def _digest(line: ExportedArticle, *parts: str | None) -> str:
    content = "\0".join([*line.key, *(part or "" for part in parts)])
    return hashlib.sha256(content.encode()).hexdigest()[:12]
