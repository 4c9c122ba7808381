"""What Label Studio asks the live backend → articles, and the answer. Pure.

The protocol is that of Label Studio's ML backends: `POST /predict` holds tasks and the project's
labelling config, and wants one result a task, in order. A result that is an empty list makes Label
Studio keep no prediction at all, so that no model version shows on a blind task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotate.errors import BackendRequestError, LabelConfigError, RecordError
from annotate.labels import LabelScheme, parse_label_config
from annotate.records import Article
from annotate.studio.results import is_ours

MAX_CHARACTERS = 1_000_000
"""Longest text that is predicted, in code points: what a spaCy pipeline takes."""

TURN_ARTICLES = 16
TURN_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTask:
    """A task that predictions are asked for.

    `split` is what the task itself says of an article that annotate pushed; `None` for tasks that
    others imported, and for a text that was changed on the server.
    """

    task_id: str
    article: Article
    split: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a task gets no prediction, and the HTTP status if it was asked for alone."""

    task_id: str
    reason: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAnswer:
    """What one task gets: a prediction as Label Studio takes it, or nothing and why."""

    outcome: Literal["predicted", "blind", "no model", "refused"]
    prediction: Mapping[str, Any] | None = None
    reason: str | None = None

    def to_json(self) -> Mapping[str, Any] | list[Any]:
        """Return the entry of `results`; nothing is an empty list, which leaves no trace."""
        return [] if self.prediction is None else self.prediction


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises `BackendRequestError` (400); its message never quotes the body.
    """
    try:
        value = json.loads(body)
    except UnicodeDecodeError:
        raise BackendRequestError("the request is not UTF-8", status=400) from None
    except json.JSONDecodeError as error:
        raise BackendRequestError(
            f"the request is not JSON: {error.msg} at character {error.pos}", status=400
        ) from None
    except ValueError:  # a number of thousands of digits
        raise BackendRequestError("the request holds too long a number", status=400) from None
    except RecursionError:
        raise BackendRequestError("the request is nested too deeply", status=400) from None
    if not isinstance(value, dict):
        raise BackendRequestError("the request is no JSON object", status=400)
    return value


def check_config(label_config: object, scheme: LabelScheme) -> LabelScheme:
    """Return the scheme of a project's labelling config if it can hold what ours makes.

    Raises `BackendRequestError`: 422 for a config that cannot be read, 409 for another one.
    """
    if not isinstance(label_config, str) or not label_config.strip():
        raise BackendRequestError("the request holds no labelling config", status=422)
    try:
        theirs = parse_label_config(label_config, name="the project's labelling config")
    except LabelConfigError as error:
        raise BackendRequestError(error.message, status=422) from None
    differences = scheme.differences(theirs)
    if differences:
        raise BackendRequestError(
            "the project has another labelling config than the workspace: "
            + "; ".join(differences),
            status=409,
        )
    return theirs


def read_tasks(body: bytes, scheme: LabelScheme) -> list[AskedTask | Refusal]:
    """Return the tasks of a predict request, in order.

    A task that cannot be predicted is a `Refusal` among the others. Raises `BackendRequestError`
    where the request itself is wrong.
    """
    request = read_object(body)
    theirs = check_config(request.get("label_config"), scheme)
    tasks = request.get("tasks")
    if not isinstance(tasks, list):
        raise BackendRequestError("the request holds no list of tasks", status=422)
    return [_read_task(task, place, theirs.text_key) for place, task in enumerate(tasks, start=1)]


def refusal_of_all(tasks: Sequence[AskedTask | Refusal]) -> BackendRequestError | None:
    """Return the error to answer with where no task of a request can be predicted."""
    refused = [task for task in tasks if isinstance(task, Refusal)]
    if not refused or len(refused) < len(tasks):
        return None
    first = refused[0]
    more = f" (and {len(refused) - 1} more like it)" if len(refused) > 1 else ""
    return BackendRequestError(f"task {first.task_id}: {first.reason}{more}", status=first.status)


def turns(tasks: Sequence[AskedTask]) -> list[list[AskedTask]]:
    """Divide tasks, in order, into turns of a few articles and not too many characters."""
    found: list[list[AskedTask]] = []
    characters = 0
    for task in tasks:
        characters += len(task.article.text)
        if not found or len(found[-1]) == TURN_ARTICLES or characters > TURN_CHARACTERS:
            found.append([])
            characters = len(task.article.text)
        found[-1].append(task)
    return found


def _read_task(task: object, place: int, text_key: str) -> AskedTask | Refusal:
    data = task.get("data") if isinstance(task, dict) else None
    task_id = str((task.get("id") if isinstance(task, dict) else None) or f"number {place}")
    if not isinstance(task, dict) or not isinstance(data, dict):
        return Refusal(task_id=task_id, reason="it has no data", status=422)
    text = data.get(text_key)
    if not isinstance(text, str):
        reason = f"its data has no text under {text_key!r}, which the labelling config shows"
        return Refusal(task_id=task_id, reason=reason, status=422)
    if len(text) > MAX_CHARACTERS:
        reason = f"its text has {len(text)} characters; at most {MAX_CHARACTERS} are predicted"
        return Refusal(task_id=task_id, reason=reason, status=413)
    try:
        digest = Article(article_id=f"task {task_id}", text=text).text_sha256
        article = Article(article_id=_article_id(data) or f"text:{digest}", text=text)
    except RecordError as error:
        return Refusal(task_id=task_id, reason=error.message, status=422)
    pushed = is_ours(task)
    split = data.get("split")
    known = pushed and (split == "test" or data["text_sha256"] == digest)
    return AskedTask(
        task_id=task_id,
        article=article,
        split=split if known and isinstance(split, str) else None,
    )


def _article_id(data: Mapping[str, Any]) -> str | None:
    """Return the id that the article would have in the workspace: its own, else its URL."""
    for name in ("article_id", "url"):
        value = data.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None
