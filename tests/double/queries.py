"""The Data Manager's queries: filters, order, pages."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from double.answers import Refusal
from double.shapes import completed_at
from double.state import Task

_STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_PAGE = 100
_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_MISSING = object()

_FIELDS: dict[str, Callable[[Task], Any]] = {
    "id": lambda task: task.id,
    "inner_id": lambda task: task.inner_id,
    "created_at": lambda task: task.created_at,
    "updated_at": lambda task: task.updated_at,
    "completed_at": completed_at,
    "is_labeled": lambda task: task.is_labeled,
    "draft_exists": lambda task: bool(task.drafts),
    "total_annotations": lambda task: len(task.submitted),
    "cancelled_annotations": lambda task: len(task.skipped),
    "total_predictions": lambda task: task.total_predictions,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "less": lambda held, value: held < value,
    "greater": lambda held, value: held > value,
    "less_or_equal": lambda held, value: held <= value,
    "greater_or_equal": lambda held, value: held >= value,
}
_NOT_HERE = ("in", "not_in", "regex", "empty", "not_in_list")


def select(tasks: list[Task], query: dict[str, Any]) -> list[Task]:
    """Return the tasks that a query names, in its order."""
    filters = query.get("filters") or {}
    items = filters.get("items") or []
    if items:
        tests = [_test(item) for item in items]
        combine = any if filters.get("conjunction") == "or" else all
        tasks = [task for task in tasks if combine(test(task) for test in tests)]
    return order(tasks, query.get("ordering") or [])


def order(tasks: list[Task], ordering: list[str]) -> list[Task]:
    """Return the tasks by the first name of `ordering`, and by id where that is the same."""
    tasks = sorted(tasks, key=lambda task: task.id)
    if not ordering:
        return tasks
    name = ordering[0]
    backwards = name.startswith("-")
    field = name.removeprefix("-").removeprefix("tasks:")
    read = _reader(field)
    nothing = _MISSING if field.startswith("data.") else None  # null is a value there
    there = [task for task in tasks if read(task) is not nothing]
    lacking = [task for task in tasks if read(task) is nothing]
    return sorted(there, key=lambda task: _sort_key(read(task)), reverse=backwards) + lacking


def _sort_key(value: Any) -> tuple[int, Any]:
    if isinstance(value, datetime):
        return (0, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (0, value)
    return (1, value if isinstance(value, str) else json.dumps(value))


def _reader(name: str) -> Callable[[Task], Any]:
    if name.startswith("data."):
        key = name.removeprefix("data.")
        return lambda task: task.data.get(key, _MISSING)
    if name not in _FIELDS:
        raise Refusal(500, f"Cannot resolve keyword '{name}' into field.")
    return _FIELDS[name]


def _test(item: dict[str, Any]) -> Callable[[Task], bool]:
    read = _reader(item["filter"].removeprefix("filter:tasks:"))
    operator, value = item["operator"], _cast(item)
    if operator in _NOT_HERE:
        raise NotImplementedError(f"the double does not know the operator {operator!r}")
    if operator == "in_list":
        return lambda task: read(task) in value
    if operator in ("contains", "not_contains"):
        words = str(value).translate(_FOLD)
        wanted = operator == "contains"
        return lambda task: (words in str(read(task)).translate(_FOLD)) is wanted
    if operator in _COMPARISONS:
        compare = _COMPARISONS[operator]
        return lambda task: _comparable(read(task)) and compare(read(task), value)
    if operator == "not_equal":
        return lambda task: read(task) != value
    # "equal", and every operator that Label Studio has never heard of
    return lambda task: read(task) == value


def _comparable(held: Any) -> bool:
    return held is not None and held is not _MISSING


def _cast(item: dict[str, Any]) -> Any:
    value, kind = item["value"], item.get("type")
    if item["operator"] == "in_list":
        return value
    try:
        if kind == "Number":
            return float(value)
        if kind == "Datetime":
            return datetime.strptime(value, _STAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(500, str(error)) from None
    return value


def page_of(tasks: list[Task], params: dict[str, str]) -> list[Task]:
    """Return one page; the first may be empty, any other must be there."""
    try:
        number = int(params.get("page", 1))
    except ValueError:
        raise Refusal(404, "Invalid page.") from None
    size = int(params.get("page_size", _PAGE))
    size = _PAGE if size < 1 else size
    first = (number - 1) * size
    if number < 1 or (number > 1 and first >= len(tasks)):
        raise Refusal(404, "Invalid page.")
    return tasks[first : first + size]
