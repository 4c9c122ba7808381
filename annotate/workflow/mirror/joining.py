"""The tasks of one article revision → its line in an export. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from annotate.exports.lines import ExportedArticle
from annotate.origins import KEPT
from annotate.records import Annotation
from annotate.studio.results import NOBODY, UNKNOWN_MODEL, StudioTask

AUTHOR = "annotations of deleted accounts, whose annotator is kept from the last version"
SEEN = "annotations of deleted predictions, of which the last version knows that people saw them"

_UNTOLD = (None, UNKNOWN_MODEL)


def join_tasks(group: Sequence[StudioTask]) -> tuple[ExportedArticle | None, int]:
    """Return the line of the tasks of one article revision, `None` if nobody worked on them.

    Annotations of several tasks are kept together, but for copies that say what the annotation says
    from which they were made: a JSON export that was imported again into its project brings them.
    Returns also how many these are.
    """
    worked = sorted(
        (task for task in group if task.annotations or task.skipped), key=lambda task: task.task_id
    )
    if not worked:
        return None, 0
    first = worked[0]
    annotations = {a.annotation_id: a for task in worked for a in task.annotations}
    copies = [
        copy
        for task in worked
        for copy, original in task.imported.items()
        if original in annotations and _says(annotations[original]) == _says(annotations[copy])
    ]
    line = ExportedArticle(
        article=first.article,
        annotations=tuple(annotations[id_] for id_ in sorted(annotations.keys() - set(copies))),
        group=first.group,
        split=first.split,
        blind=first.split == "test",
        tasks=tuple(task.task_id for task in worked),
        skipped=sum(task.skipped for task in worked),
    )
    return line, len(copies)


def _says(annotation: Annotation) -> tuple[object, ...]:
    """Return what somebody marked, whoever it was and whenever."""
    return annotation.spans, annotation.links, annotation.extra


def with_adopted(
    line: ExportedArticle | None, held: ExportedArticle | None
) -> ExportedArticle | None:
    """Return `line` with what came from files and from reviewers: the project never had it."""
    adopted = tuple(a for a in held.annotations if a.annotation_id.startswith(KEPT)) if held else ()
    if held is None or not adopted:
        return line
    ours = line or replace(held, annotations=(), tasks=(), skipped=0)
    joined = sorted((*ours.annotations, *adopted), key=lambda a: a.annotation_id)
    return replace(ours, annotations=tuple(joined), corpus=held.corpus)


def with_remembered(
    line: ExportedArticle | None, held: ExportedArticle | None
) -> tuple[ExportedArticle | None, Counter[str]]:
    """Return `line` with what the version knows and the server has forgotten, and how much of it.

    When an account is deleted, the server forgets who made its annotations; when predictions are,
    which of them people saw. An annotation is the same where number and time of creation are: an
    older copy of a server gives its numbers again.
    """
    told: Counter[str] = Counter()
    if line is None or held is None:
        return line, told
    known = {(a.annotation_id, a.created_at): a for a in held.annotations}
    annotations = []
    for now in line.annotations:
        before = known.get((now.annotation_id, now.created_at), now)
        annotator, shown = now.annotator, now.prediction_shown
        if annotator in NOBODY and before.annotator not in NOBODY:
            annotator = before.annotator
            told[AUTHOR] += 1
        if shown in _UNTOLD and before.prediction_shown not in _UNTOLD:
            shown = before.prediction_shown
            told[SEEN] += 1
        annotations.append(replace(now, annotator=annotator, prediction_shown=shown))
    return replace(line, annotations=tuple(annotations)), told


def says_the_same(line: ExportedArticle | None, held: ExportedArticle | None) -> bool:
    """Tell whether a line is what a version holds.

    Other numbers of its tasks alone (a restored server has them) are no difference.
    """
    if line is None or held is None:
        return line is held
    return replace(line, tasks=held.tasks) == held
