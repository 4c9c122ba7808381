"""Which of several annotations of an article counts as its gold."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.records import Annotation


def reference_annotation(annotations: Sequence[Annotation]) -> Annotation | None:
    """Return the ground truth if one is marked as such, else the annotation changed last.

    `None` where there is no annotation. Ties are broken by id, so that the choice is stable.
    """
    if not annotations:
        return None
    return max(
        annotations,
        key=lambda a: (a.ground_truth, a.updated_at or a.created_at or "", a.annotation_id),
    )
