"""Putting annotations back on a server, so that a pull finds them to be what they were. Pure.

The server gives new ids and new time stamps. So a restored task carries, in `data.restored`, what
each annotation was; Label Studio keeps the old id as `import_id`. While nobody has changed the
annotation, it is read as it was; afterwards it keeps its id. A new server counts from one again: an
annotation that is made there later and gets a former one's number stands under another id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotate.jsonl import dumps
from annotate.labels import LabelScheme
from annotate.marks_json import links_to_json, spans_to_json
from annotate.records import Annotation, Article, without_inferred
from annotate.studio.tasks import NewTask, build_result, task_data

_APART = 10**12
"""Added to the number of an annotation that a former one of its task had; no server counts so far,
and Label Studio keeps ids of 64 bits."""

_KEPT = ("annotator", "created_at", "updated_at", "lead_time", "prediction_shown", "ground_truth")


def restored_task(
    article: Article,
    annotations: Sequence[Annotation],
    scheme: LabelScheme,
    *,
    group: str,
    split: str,
    skipped: int,
    version: str,
    users: Mapping[str, str],
) -> NewTask:
    """Return a task with its annotations, so made that a pull finds them to be what they were.

    `version` is the id of the export version, `users` maps pseudonyms to e-mail addresses.

    Work of people who are not on the server becomes that of the token's user there, and is read
    back under their own pseudonym. Inferred links, which nobody drew, are not put on the server.
    Raises nothing: what the records could not model is put back verbatim.
    """
    annotations = [without_inferred(annotation) for annotation in annotations]
    data = task_data(article, scheme, group=group, split=split)
    data["restored"] = {
        "version": version,
        "annotations": {
            annotation.annotation_id: {
                **{name: getattr(annotation, name) for name in _KEPT},
                "labels": list(annotation.labels),
                "digest": _digest(annotation),
            }
            for annotation in annotations
        },
    }
    made: list[dict[str, Any]] = []
    for annotation in annotations:
        result = build_result(article, annotation.spans, annotation.links, scheme, scores={})
        item: dict[str, Any] = {
            "id": int(annotation.annotation_id),
            "result": [*result, *annotation.extra],
            "ground_truth": annotation.ground_truth,
            "lead_time": annotation.lead_time,
        }
        if annotation.annotator in users:
            item["completed_by"] = {"email": users[annotation.annotator]}
        made.append(item)
    made += [{"result": [], "was_cancelled": True, "ground_truth": False} for _ in range(skipped)]
    return NewTask(key=article.key, split=split, payload={"data": data, "annotations": made})


def as_it_was(
    annotation: Annotation, raw: Mapping[str, Any], data: Mapping[str, Any]
) -> Annotation:
    """Return an annotation of a restored task with its former identity, a new one with one apart.

    Annotations of other tasks are returned unchanged.
    """
    restored = data.get("restored")
    if not isinstance(restored, Mapping):
        return annotation
    known = restored.get("annotations") or {}
    former_id = str(raw.get("import_id"))
    former = known.get(former_id)
    if not isinstance(former, Mapping):
        if annotation.annotation_id not in known:
            return annotation
        return replace(annotation, annotation_id=str(_APART + int(annotation.annotation_id)))
    named = replace(
        annotation,
        annotation_id=former_id,
        annotator=former["annotator"],
        created_at=former["created_at"],
        prediction_shown=former["prediction_shown"],
    )
    if _digest(annotation) != former["digest"]:
        return named
    return replace(
        named,
        updated_at=former["updated_at"],
        lead_time=former["lead_time"],
        ground_truth=former["ground_truth"],
        labels=tuple(former["labels"]),
    )


def _digest(annotation: Annotation) -> str:
    content = [
        sorted(map(dumps, spans_to_json(annotation.spans))),
        sorted(map(dumps, links_to_json(annotation.links))),
        sorted(map(dumps, _plain(annotation.extra))),
    ]
    return hashlib.sha256(dumps(content).encode()).hexdigest()


def _plain(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(item) for item in items]
