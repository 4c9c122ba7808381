"""Label Studio's own JSON export ⇄ article lines: a list of tasks with their annotations.

Tasks that annotate pushed are read by the workspace's scheme. Of other projects the names of the
controls do not matter: every `Labels` control marks spans, every per-region choice is an attribute,
every relation is a link, under their own names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.errors import InputError, RecordError
from annotate.jsonl import ArticleLine, article_from_json
from annotate.labels import ChoiceControl, LabelScheme
from annotate.records import Annotation, Article, Span, check_fits
from annotate.studio.relations import NAMED
from annotate.studio.results import LEFTOVER, is_ours, read_result
from annotate.studio.tasks import build_result, task_data


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTask:
    """An article of an export, with (annotator, annotation id, line) of every annotation.

    `left` are (kind, detail) of what is not read.
    """

    article: Article
    annotations: tuple[tuple[str | None, str, ArticleLine], ...]
    left: tuple[tuple[str, str], ...]


def read_json_export(
    path: Path, scheme: LabelScheme, *, text_key: str | None = None
) -> Iterator[ExportedTask]:
    """Yield the tasks of an export; raises `InputError` naming file and task.

    `text_key` names the text in `data`; by default it is the scheme's.
    """
    for number, task in enumerate(_tasks(path), start=1):
        place = f"task {task.get('id', number)}"
        try:
            yield _read_task(task, scheme, text_key or scheme.text_key, place)
        except RecordError as error:
            raise InputError(f"{place}: {error.message}", path=path) from None
        except (AttributeError, KeyError, TypeError) as error:
            raise InputError(
                f"{place} is not as Label Studio exports it: {error!r}", path=path
            ) from None


def json_export_task(
    article: Article,
    annotations: Sequence[Annotation],
    scheme: LabelScheme,
    *,
    group: str,
    split: str,
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return a task that Label Studio imports with its annotations, and what it cannot hold.

    Spans, choices and links that the labelling config has not are left out. So are who
    annotated (the importing server takes its own users alone) and what was annotated at all.
    """
    left: list[tuple[str, str]] = []
    results: list[dict[str, Any]] = []
    for annotation in annotations:
        check_fits(article, annotation.text_sha256, annotation.spans)
        spans = [s for s in (_fitting(s, scheme, left) for s in annotation.spans) if s is not None]
        ids = {span.id for span in spans}
        links = []
        for link in annotation.links:
            if link.label in scheme.link_labels and {link.head_id, link.tail_id} <= ids:
                links.append(link)
            else:
                left.append(("link", f"{link.label} {link.head_id} to {link.tail_id}"))
        result = build_result(article, spans, links, scheme, scores={})
        results.append(
            {
                "result": [*result, *(dict(item) for item in annotation.extra)],
                "ground_truth": annotation.ground_truth,
                "was_cancelled": False,
                "lead_time": annotation.lead_time,
            }
        )
        left.append(("annotator", annotation.annotator))
        unknown = [name for name in scheme.all_names if name not in annotation.labels]
        if unknown:
            left.append(("labels", f"not annotated at all: {', '.join(unknown)}"))
    data = task_data(article, scheme, group=group, split=split)
    return {"data": data, "annotations": results}, left


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", path=path) from None
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", path=path, line=error.lineno) from None
    except RecursionError:
        raise InputError("nested too deeply", path=path) from None
    if not isinstance(value, list) or not all(
        isinstance(task, dict) and "data" in task and "annotations" in task for task in value
    ):
        raise InputError(
            "expected a list of tasks with 'data' and 'annotations'",
            path=path,
            hint="export from Label Studio as JSON (not JSON-MIN, not CSV)",
        )
    return value


def _read_task(
    task: Mapping[str, Any], scheme: LabelScheme, text_key: str, place: str
) -> ExportedTask:
    data = task["data"]
    ours = is_ours(task)
    if not isinstance(data.get(text_key), str):
        raise RecordError(
            f"its data holds no text under {text_key!r}; there are {', '.join(sorted(data))}"
        )
    about = (
        data if ours else {"article_id": _article_id(data, place), "meta": _plain(data, text_key)}
    )
    article = article_from_json({**about, "text": data[text_key]})
    left: list[tuple[str, str]] = []
    lines: list[tuple[str | None, str, ArticleLine]] = []
    for raw in task["annotations"]:
        if raw.get("was_cancelled"):
            left.append(("skipped", f"annotation {raw.get('id')} of {place}"))
            continue
        result = [_renamed(item, scheme) for item in raw["result"]]
        wide = scheme if ours else _scheme_of(result, scheme)
        spans, links, extra, notes = read_result(result, article, wide)
        left += [("unread", json.dumps(item, ensure_ascii=False)[:200]) for item in extra]
        left += [("choice", LEFTOVER)] * notes[LEFTOVER]
        left += [("named", NAMED)] * notes[NAMED]
        names = scheme.all_names if ours else None
        by = raw.get("completed_by")
        who = by.get("email") or by.get("id") if isinstance(by, Mapping) else by
        line = ArticleLine(article=article, spans=spans, links=links, labels=names)
        lines.append((None if who is None else str(who), str(raw.get("id", len(lines))), line))
    for what in ("drafts", "predictions"):
        count = len(task.get(what) or ())
        if count:
            left.append((what, f"{count} of {place}"))
    return ExportedTask(article=article, annotations=tuple(lines), left=tuple(left))


def _article_id(data: Mapping[str, Any], place: str) -> str:
    found = (data.get(key) for key in ("article_id", "url", "id"))
    return next((str(value) for value in found if value), place.replace(" ", "-"))


def _plain(data: Mapping[str, Any], text_key: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != text_key}


def _renamed(item: Mapping[str, Any], scheme: LabelScheme) -> Mapping[str, Any]:
    """Return a region as if the scheme's own `Labels` control had made it."""
    return {**item, "from_name": scheme.from_name} if item.get("type") == "labels" else item


def _scheme_of(result: Sequence[Mapping[str, Any]], scheme: LabelScheme) -> LabelScheme:
    """Return a scheme that has every name in `result`."""
    regions = [item for item in result if item.get("type") == "labels"]
    ids = {item.get("id") for item in regions}
    labels = tuple(dict.fromkeys(n for item in regions for n in item["value"].get("labels") or ()))
    choices = dict.fromkeys(
        item["from_name"]
        for item in result
        if item.get("type") == "choices" and item.get("id") in ids
    )
    relations = [item for item in result if item.get("type") == "relation"]
    kinds = tuple(dict.fromkeys(n for item in relations for n in item.get("labels") or ()))
    return LabelScheme(
        from_name=scheme.from_name,
        to_name=scheme.to_name,
        text_key=scheme.text_key,
        span_labels=labels,
        choices=tuple(ChoiceControl(name=n, options=(), labels=labels) for n in choices),
        link_labels=kinds,
        link_ends=dict.fromkeys(kinds, ("", "")),  # one drawn without a label stays without
    )


def _fitting(span: Span, scheme: LabelScheme, left: list[tuple[str, str]]) -> Span | None:
    """Return the span with the attributes that the scheme has; `None` for an unknown label."""
    if span.label not in scheme.span_labels:
        left.append(("label", f"{span.label} {span.start}:{span.end}"))
        return None
    held, rest = scheme.fit_choices(span.label, span.attributes)
    left += [("attribute", f"{name}={','.join(v)} of {span.id}") for name, v in rest.items()]
    return replace(span, attributes=held)
