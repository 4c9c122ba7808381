"""A simulated annotator: enters the gold of the sample corpus through Label Studio's API.

It stands in for people in the demo and in tests, and is called what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.jsonl import ArticleLine
from annotate.labels import LabelScheme
from annotate.records import Link, Span
from annotate.studio.client import StudioClient
from annotate.studio.tasks import build_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What became of the pre-labels; `kept` spans had the right place and label."""

    tasks: int
    blind: int
    predicted: int
    kept: int
    deleted: int
    added: int


def annotate_from_gold(
    client: StudioClient,
    project_id: int,
    scheme: LabelScheme,
    gold: Mapping[str, ArticleLine],
    *,
    leave_open: Sequence[str] = (),
    on_task: Callable[[], None] | None = None,
) -> Corrections:
    """Submit the gold for every open task of a known article but those in `leave_open`.

    A predicted region that is right keeps its id, as it does on the page.
    """
    tasks = predicted = kept = added = blind = 0
    for task in client.tasks(project_id):
        line = gold.get(str(task["data"].get("article_id")))
        if line is None or line.article.article_id in leave_open or task["annotations"]:
            continue
        prediction = task["predictions"][-1] if task["predictions"] else None
        shown = _regions(prediction["result"] if prediction else [])
        spans, links = _with_ids(line, shown)
        client.annotate(
            task["id"],
            build_result(line.article, spans, links, scheme, scores={}),
            lead_time=30.0 + 4.0 * len(spans),
            parent_prediction=prediction["id"] if prediction else None,
        )
        tasks += 1
        blind += prediction is None
        right = sum((span.start, span.end, span.label) in shown for span in spans)
        predicted += len(shown)
        kept += right
        added += len(spans) - right
        if on_task is not None:
            on_task()
    return Corrections(
        tasks=tasks,
        blind=blind,
        predicted=predicted,
        kept=kept,
        deleted=predicted - kept,
        added=added,
    )


def _regions(result: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int, str], str]:
    return {
        (item["value"]["start"], item["value"]["end"], item["value"]["labels"][0]): item["id"]
        for item in result
        if item["type"] == "labels"
    }


def _with_ids(
    line: ArticleLine, shown: Mapping[tuple[int, int, str], str]
) -> tuple[list[Span], list[Link]]:
    ids = {
        span.id: shown.get((span.start, span.end, span.label), f"new-{span.id}")
        for span in line.spans
    }
    spans = [
        Span(
            id=ids[span.id],
            start=span.start,
            end=span.end,
            label=span.label,
            attributes=span.attributes,
        )
        for span in line.spans
    ]
    links = [
        Link(head_id=ids[link.head_id], tail_id=ids[link.tail_id], label=link.label)
        for link in line.links
    ]
    return spans, links
