"""The JSON of Label Studio tasks → records. Pure.

`start` and `end` are code-point offsets and right; `value.text` is not to be trusted and is not
read. What these records cannot model is carried along verbatim (`Annotation.extra`) and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.errors import RecordError, StudioAnswerError
from annotate.jsonl import article_from_json
from annotate.labels import LabelScheme
from annotate.plain_json import text_fault
from annotate.records import (
    Annotation,
    Article,
    ArticleKey,
    Link,
    Prediction,
    Span,
    Split,
    check_work,
)
from annotate.studio.overlaps import accidental_overlaps
from annotate.studio.regions import is_region_choice, region_place
from annotate.studio.relations import (
    MISFIT,
    UNNAMED,
    deleted_links,
    read_relations,
    saw_prediction,
)
from annotate.studio.restored import as_it_was
from annotate.studio.unkept import UnkeptItem, region_scores, unkept_items

LEFTOVER = "leftover choices of relabelled regions dropped"
CARRIED = "items carried along unread"
OVERLAPPING = "marks that overlap in part or repeat each other, kept: look at them"
TO_LOOK_AT = (OVERLAPPING, MISFIT, UNNAMED)
"""What notes end in that name an article, in which a person should look at something."""

NOBODY = ("nobody", "annotator-unknown")
"""Annotators of whom the server says nothing, or whom it does not list: their account is gone."""

UNKNOWN_MODEL = "unknown"
"""The model version of a prediction that somebody saw and the server does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioTask:
    """A task of ours, as the server holds it."""

    task_id: int
    updated_at: str
    article: Article
    group: str
    split: Split
    annotations: tuple[Annotation, ...]
    skipped: int
    draft: bool
    """Whether anybody has begun, unsaved; the list of drafts holds the token's user's alone."""
    models: tuple[str, ...]
    """Model versions of the predictions on the task, each once, the newest last."""
    imported: Mapping[str, str] = field(default_factory=dict)
    """Annotations that came with an import: their id → the one that they had before."""
    deleted: Mapping[str, tuple[Link, ...] | None] = field(default_factory=dict)
    """Annotations that began with a prediction: those of its links that the person took away.

    `None`: the prediction is not on the task any more.
    """
    notes: Mapping[str, int] = field(default_factory=dict)
    """What was named, dropped or carried along, counted."""
    seen: tuple[Prediction, ...] = ()
    """The predictions with which the annotations began, as far as the task has them still."""
    unkept: tuple[UnkeptItem, ...] = ()
    """What the records do not say as the page does: choices dropped, relations named."""

    def __post_init__(self) -> None:
        if type(self.task_id) is not int:
            raise RecordError(f"a task has the id {self.task_id!r}; expected a number")
        if text_fault(self.updated_at) or not self.updated_at:
            raise RecordError(f"task {self.task_id} does not say when it was last changed")
        check_work(
            self.article,
            self.annotations,
            group=self.group,
            split=self.split,
            skipped=self.skipped,
        )

    @property
    def key(self) -> ArticleKey:
        """Which article revision it holds."""
        return self.article.key

    @property
    def touched(self) -> bool:
        """Whether a person has worked on it: annotated, skipped or begun."""
        return bool(self.annotations or self.skipped or self.draft)


def is_ours(task: Mapping[str, Any]) -> bool:
    """Tell whether a task was pushed by annotate (it names its article and its text's hash)."""
    data = task.get("data") or {}
    return isinstance(data.get("article_id"), str) and isinstance(data.get("text_sha256"), str)


def read_task(
    task: Mapping[str, Any], scheme: LabelScheme, *, annotators: Mapping[int, str]
) -> StudioTask:
    """Return a task as a record; `annotators` maps user ids to pseudonyms.

    Raises `StudioAnswerError` where the task is not what was pushed: another text under its hash,
    fields that are missing.
    """
    try:
        return _task(task, scheme, annotators)
    except (KeyError, TypeError, ValueError) as error:
        said = error if isinstance(error, RecordError) else repr(error)
        raise StudioAnswerError(f"task {task.get('id')} is not as it was pushed: {said}") from None


def _task(
    task: Mapping[str, Any], scheme: LabelScheme, annotators: Mapping[int, str]
) -> StudioTask:
    data = task["data"]
    article = article_from_json({**data, "text": data[scheme.text_key]})
    notes: Counter[str] = Counter()
    predictions = task.get("predictions") or []
    models = {p["id"]: p.get("model_version") for p in predictions}
    annotations: list[Annotation] = []
    imported: dict[str, str] = {}
    deleted: dict[str, tuple[Link, ...] | None] = {}
    unkept: list[UnkeptItem] = []
    for raw in task.get("annotations") or []:
        if raw.get("was_cancelled"):
            continue
        read = _annotation(raw, article, scheme, annotators, models, notes)
        annotations.append(as_it_was(read, raw, data))
        number = annotations[-1].annotation_id
        unkept += unkept_items(raw.get("result") or [], read, scheme)
        if saw_prediction(raw):
            deleted[number] = deleted_links(read, raw, predictions, scheme)
        elif not predictions and data.get("split") != "test" and data.get("prelabelled", True):
            # Blind tasks alone, and those that say so, are pushed bare: here predictions were
            # deleted, and with them what the server knew of who had seen them.
            deleted[number] = None
        former = raw.get("import_id")
        if former is not None and str(former) != number:
            imported[number] = str(former)
    return StudioTask(
        task_id=task["id"],
        updated_at=task["updated_at"],
        article=article,
        group=str(data.get("group") or article.article_id),
        split=data.get("split") or "train",
        annotations=tuple(sorted(annotations, key=lambda a: a.annotation_id)),
        skipped=sum(bool(raw.get("was_cancelled")) for raw in task.get("annotations") or []),
        draft=bool(task.get("draft_exists") or task.get("drafts")),
        models=_by_age(models),
        imported=imported,
        deleted=deleted,
        notes=dict(notes),
        seen=tuple(_seen(task, article, scheme)),
        unkept=tuple(unkept),
    )


def _seen(task: Mapping[str, Any], article: Article, scheme: LabelScheme) -> Iterator[Prediction]:
    """Yield the predictions of a task with which an annotation began."""
    begun = {raw.get("parent_prediction") for raw in task.get("annotations") or []}
    for raw in task.get("predictions") or []:
        if raw["id"] in begun and raw.get("model_version") and isinstance(raw.get("result"), list):
            spans, links, _, _ = read_result(raw["result"], article, scheme)
            yield Prediction(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                spans=spans,
                links=links,
                scores=region_scores(raw["result"], spans),
                model_version=str(raw["model_version"]),
            )


def _by_age(predictions: Mapping[int, str | None]) -> tuple[str, ...]:
    """Return the model versions in the order of their newest predictions, which ids count up."""
    newest = [
        str(predictions[key]) for key in sorted(predictions, reverse=True) if predictions[key]
    ]
    return tuple(reversed(dict.fromkeys(newest)))


def read_result(
    result: Sequence[Mapping[str, Any]], article: Article, scheme: LabelScheme
) -> tuple[tuple[Span, ...], tuple[Link, ...], tuple[Mapping[str, Any], ...], Counter[str]]:
    """Return spans, links, items carried along, and notes of one result list."""
    notes: Counter[str] = Counter()
    extra: list[Mapping[str, Any]] = []
    regions: dict[str, tuple[int, int, str]] = {}
    choices: dict[tuple[str, str], Mapping[str, Any]] = {}
    relations: list[Mapping[str, Any]] = []
    for item in result:
        region = region_place(item, article, scheme)
        if region is not None and item["id"] not in regions:
            regions[item["id"]] = region
        elif is_region_choice(item, scheme):
            earlier = choices.get((item["id"], item["from_name"]))
            if earlier is not None:  # the page shows the last one
                extra.append(earlier)
            choices[item["id"], item["from_name"]] = item
        elif item.get("type") == "relation":
            relations.append(item)
        else:
            extra.append(item)
    attributes: dict[str, dict[str, tuple[str, ...]]] = {}
    for (region_id, name), item in choices.items():
        control = scheme.choice(name)
        if region_id not in regions or control is None:
            extra.append(item)
        elif regions[region_id][2] in control.labels:
            attributes.setdefault(region_id, {})[name] = tuple(item["value"]["choices"])
        else:
            notes[LEFTOVER] += 1
    spans = [
        Span(id=key, start=start, end=end, label=label, attributes=attributes.get(key, {}))
        for key, (start, end, label) in regions.items()
    ]
    spans.sort(key=lambda span: (span.start, -span.end, span.label, span.id))
    overlaps = accidental_overlaps(spans)
    told = Counter({f"{label} {OVERLAPPING}": pairs for label, pairs in overlaps.items()})
    labels = {span.id: span.label for span in spans}
    links, unread = read_relations(relations, labels, scheme, told)
    notes.update(
        {
            f"{article.article_id}: {note}" if note.endswith(TO_LOOK_AT) else note: count
            for note, count in told.items()
        }
    )
    extra += unread
    if extra:
        notes[CARRIED] += len(extra)
    return tuple(spans), tuple(links), tuple(extra), +notes  # without what was counted as none


def _annotation(
    raw: Mapping[str, Any],
    article: Article,
    scheme: LabelScheme,
    annotators: Mapping[int, str],
    models: Mapping[int, str | None],
    notes: Counter[str],
) -> Annotation:
    spans, links, extra, found = read_result(raw.get("result") or [], article, scheme)
    notes.update(found)
    by = raw.get("completed_by")
    user = by.get("id") if isinstance(by, Mapping) else by
    shown = raw.get("parent_prediction")
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        labels=scheme.all_names,
        annotator=annotators.get(user, NOBODY[1]) if user is not None else NOBODY[0],
        annotation_id=str(raw["id"]),
        created_at=raw.get("created_at"),
        updated_at=raw.get("updated_at"),
        lead_time=raw.get("lead_time"),
        prediction_shown=None if shown is None else models.get(shown) or UNKNOWN_MODEL,
        ground_truth=bool(raw.get("ground_truth")),
        extra=extra,
    )
