"""What reviewers did on the tasks of a review project, read as annotations and open questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotate.errors import StudioAnswerError
from annotate.labels import LabelScheme
from annotate.studio.client import StudioClient
from annotate.studio.results import StudioTask, is_ours, read_task
from annotate.studio.review_config import ReviewLabels, review_labels
from annotate.studio.review_results import Undecided, all_kept, settle
from annotate.studio.review_tasks import ALL_MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedTask:
    """What reviewers did on a task; `task` is `None` where it cannot be read.

    `problem` says why.
    """

    task_id: int
    task: StudioTask | None
    undecided: Mapping[str, tuple[Undecided, ...]]
    """By the id of each annotation; what is undecided is not among its marks."""
    problem: str | None = None
    article_id: str = ""


def reviewed_tasks(
    client: StudioClient, project_id: int, scheme: LabelScheme, *, annotators: Mapping[int, str]
) -> Iterator[ReviewedTask]:
    """Yield what reviewers did on each task that annotate made, in the labels of `scheme`."""
    labels = review_labels(scheme)
    for raw in client.tasks(project_id):
        if not is_ours(raw):
            continue
        try:
            yield _reviewed(raw, scheme, labels, annotators)
        except (KeyError, TypeError, ValueError, StudioAnswerError) as error:
            said = f"task {raw['id']} is not as it was pushed: {error!r}"
            problem = error.message if isinstance(error, StudioAnswerError) else said
            yield ReviewedTask(
                task_id=raw["id"],
                task=None,
                undecided={},
                problem=problem,
                article_id=str(raw["data"].get("article_id")),
            )


def _reviewed(
    raw: Mapping[str, Any],
    scheme: LabelScheme,
    labels: ReviewLabels,
    annotators: Mapping[int, str],
) -> ReviewedTask:
    undecided: dict[str, tuple[Undecided, ...]] = {}
    annotations = []
    given = [shown for shown in raw.get("predictions") or [] if isinstance(shown["result"], list)]
    begun_with = [item for s in given if s["model_version"] == ALL_MARKS for item in s["result"]]
    for work in raw.get("annotations") or []:
        settled = settle(work.get("result") or [], scheme, labels, shown=begun_with)
        undecided[str(work["id"])] = settled.undecided
        annotations.append({**work, "result": list(settled.result)})
    # What was shown is read as if it were kept, so that links which a reviewer took away are known.
    predictions = [
        {**shown, "result": all_kept(shown["result"], scheme, labels)} for shown in given
    ]
    plain = {**raw, "annotations": annotations, "predictions": predictions}
    return ReviewedTask(
        task_id=raw["id"],
        task=read_task(plain, scheme, annotators=annotators),
        undecided=undecided,
        article_id=raw["data"]["article_id"],
    )
