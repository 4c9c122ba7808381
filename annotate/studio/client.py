"""Talking to Label Studio: the one importer of its SDK, the one place where its errors become ours.

The SDK retries POST requests silently, so that an import may be sent three times; every request
here says `max_retries: 0`, except those that only read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.label_interface.interface import LabelInterface

from annotate.errors import (
    LabelConfigError,
    StudioAnswerError,
    StudioAuthError,
    StudioError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.labels import LabelScheme

_TRIED_VERSIONS = ("1.23.",)
_PAGE = 100
_URL_CHARACTERS = 12_000  # of ids; the server refuses URLs over some 17,000
_READ = 2  # retries of a request that only reads
_TIMEOUT = 120.0  # seconds; a batch of 250 tasks takes one, a busy SQLite server many more


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project on the server, as far as annotate looks at it."""

    project_id: int
    title: str
    label_config: str
    model_version: str | None
    tasks: int


class StudioClient:
    """A connection to one Label Studio. Raises `StudioError` and its children, nothing else."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=True)
        make: Any = LabelStudio  # the SDK's constructor has no types
        self._sdk = make(
            base_url=self.url, api_key=api_key, timeout=_TIMEOUT, httpx_client=self._http
        )

    def close(self) -> None:
        """Close the connections; the client cannot be used after that."""
        self._http.close()

    def untried_version(self) -> str | None:
        """Return the server's version if annotate was not tried with it."""
        answer = self._request("GET", "api/version/")
        found = str(answer.get("label-studio-os-package", {}).get("version") or answer["release"])
        return None if found.startswith(_TRIED_VERSIONS) else found

    def users(self) -> dict[int, str]:
        """Return the e-mail address of every user by id."""
        users = self._request("GET", "api/users/")
        listed = users if isinstance(users, list) else users.get("results", [])
        return {user["id"]: user["email"] for user in listed}

    def projects(self) -> list[Project]:
        """Return every project that the token may see."""
        found: list[Project] = []
        page = 1
        while True:
            answer = self._request(
                "GET", "api/projects/", params={"page": page, "page_size": _PAGE}
            )
            found += [_project(value) for value in answer["results"]]
            if not answer.get("next"):
                if len(found) != answer["count"]:
                    raise StudioAnswerError(
                        f"{self.url}: listed {len(found)} of {answer['count']} projects"
                    )
                return found
            page += 1

    def project(self, project_id: int) -> Project:
        """Return a project by id."""
        return _project(self._request("GET", f"api/projects/{project_id}/"))

    def create_project(self, title: str, label_config: str, instruction: str | None) -> Project:
        """Create a project whose annotators see predictions and, as a dialog, the instruction."""
        body = {
            "title": title,
            "label_config": label_config,
            "expert_instruction": instruction or "",
            "show_instruction": bool(instruction),
            "show_collab_predictions": True,
        }
        return _project(self._request("POST", "api/projects/", json=body))

    def set_model_version(self, project_id: int, model_version: str) -> None:
        """Choose the version whose predictions annotators see."""
        body = {"model_version": model_version}
        self._request("PATCH", f"api/projects/{project_id}/", json=body)

    def import_tasks(self, project_id: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import tasks in one transaction and return their ids in order.

        Never sent twice: after `StudioUnreachableError` they may or may not be there.
        """
        answer = self._request(
            "POST",
            f"api/projects/{project_id}/import",
            json=list(tasks),
            params={"return_task_ids": "true", "commit_to_project": "true"},
        )
        ids = [int(task_id) for task_id in answer.get("task_ids") or []]
        if len(ids) != len(tasks):
            raise StudioAnswerError(
                f"project {project_id}: imported {len(ids)} of {len(tasks)} tasks"
            )
        return ids

    def import_predictions(self, project_id: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        """Add predictions to tasks (each names its `task`); the server drops bad ones silently."""
        answer = self._request(
            "POST", f"api/projects/{project_id}/import/predictions", json=list(predictions)
        )
        if answer.get("created") != len(predictions):
            raise StudioAnswerError(
                f"project {project_id}: {answer.get('created')} of {len(predictions)} "
                "predictions were taken"
            )

    def tasks(self, project_id: int) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield (task, total) page by page, by order of id; fetched = total, or an error."""
        yield from self._pages(project_id, {"ordering": ["tasks:id"]}, None)

    def find_articles(
        self, project_id: int, article_ids: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield the tasks of these articles: `id`, `data` and `updated_at` of each."""
        for wanted in _packed(article_ids):
            query = {
                "filters": {
                    "conjunction": "and",
                    "items": [
                        {
                            "filter": "filter:tasks:data.article_id",
                            "operator": "in_list",
                            "type": "List",
                            "value": wanted,
                        }
                    ],
                },
                "ordering": ["tasks:id"],
            }
            for task, _ in self._pages(project_id, query, ("id", "data", "updated_at")):
                yield task

    def task(self, task_id: int) -> dict[str, Any]:
        """Return one task, whole."""
        answer: dict[str, Any] = self._request("GET", f"api/tasks/{task_id}/")
        return answer

    def annotate(
        self,
        task_id: int,
        result: Sequence[Mapping[str, Any]],
        *,
        lead_time: float | None = None,
        parent_prediction: int | None = None,
        cancelled: bool = False,
    ) -> int:
        """Submit an annotation as the token's user; return its id."""
        body: dict[str, Any] = {
            "result": list(result),
            "was_cancelled": cancelled,
            "ground_truth": False,
            "lead_time": lead_time,
        }
        if parent_prediction is not None:
            body["parent_prediction"] = parent_prediction
        answer = self._request("POST", f"api/tasks/{task_id}/annotations/", json=body)
        return int(answer["id"])

    def _pages(
        self, project_id: int, query: Mapping[str, Any], fields: Sequence[str] | None
    ) -> Iterator[tuple[dict[str, Any], int]]:
        params: dict[str, Any] = {
            "project": project_id,
            "query": json.dumps(query),
            "page_size": _PAGE,
            "fields": "all",
        }
        if fields is not None:
            params |= {"fields": "task_only", "include": ",".join(fields)}
        seen: set[int] = set()
        page = 1
        total = 0
        while page == 1 or len(seen) < total:
            answer = self._request("GET", "api/tasks/", params={**params, "page": page})
            total = answer["total"]
            tasks = answer["tasks"]
            if not tasks and len(seen) < total:
                raise StudioAnswerError(
                    f"project {project_id}: the list of tasks ended at {len(seen)} of {total}",
                    hint="the project changed meanwhile; run the command again",
                )
            for task in tasks:
                if task["id"] not in seen:
                    seen.add(task["id"])
                    yield task, total
            page += 1

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
    ) -> Any:
        """Send one request through the SDK's transport (its token refresh, its encoding)."""
        with self._translated(path):
            answer = self._sdk._client_wrapper.httpx_client.request(  # noqa: SLF001 - its typed list drops fields and totals
                path,
                method=method,
                params=dict(params or {}),
                json=json,
                request_options={"max_retries": _READ if method == "GET" else 0},
            )
            if answer.status_code >= 400:
                raise ApiError(status_code=answer.status_code, body=_body(answer))
            if answer.status_code == 204 or not answer.content:
                return {}
            try:
                return answer.json()
            except ValueError:
                raise StudioAnswerError(
                    f"{self.url}/{path}: the answer is no JSON",
                    hint="is this the address of a Label Studio?",
                ) from None

    @contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            raise self._refusal(path, error) from None
        except httpx.TimeoutException:
            raise StudioUnreachableError(
                f"{self.url}: no answer within {_TIMEOUT:.0f} s ({path})",
                hint="the server may be busy; look at its log, then run the command again",
            ) from None
        except httpx.HTTPError as error:
            raise StudioUnreachableError(
                f"{self.url}: cannot be reached: {_reason(error)}",
                hint="is Label Studio running? the embedded one starts with: annotate studio start",
            ) from None

    def _refusal(self, path: str, error: ApiError) -> StudioError:
        status = error.status_code or 0
        detail = _detail(error.body)
        if status in (401, 403):
            hint = "give the token in LABEL_STUDIO_API_KEY, or a file in studio.api_key_file"
            if "legacy token" in detail:
                hint = (
                    "the server takes personal access tokens only (Account & Settings), "
                    "or allow legacy tokens in its organisation settings"
                )
            return StudioAuthError(f"{self.url}: the token is not accepted: {detail}", hint=hint)
        if status == 404:
            return StudioRefusedError(f"{self.url}: not found: {path}")
        if status >= 500:
            hint = "look at the server's log"
            if "locked" in detail:
                hint = "SQLite is busy: fewer people at once, or PostgreSQL (docs/workspace.md)"
            return StudioUnreachableError(
                f"{self.url}: the server failed ({status}): {detail}", hint=hint
            )
        return StudioRefusedError(f"{self.url}: refused ({status}): {detail}")


def check_with_sdk(label_config: str, scheme: LabelScheme) -> None:
    """Compare our reading of a labelling config with the SDK's; raises `LabelConfigError`."""
    try:
        interface: Any = LabelInterface(label_config)
        control = interface.get_tag(scheme.from_name)
    except Exception as error:
        raise LabelConfigError(f"Label Studio's SDK cannot read the config: {error}") from error
    theirs = tuple(control.labels)
    if set(theirs) != set(scheme.span_labels) or list(control.to_name) != [scheme.to_name]:
        raise LabelConfigError(
            f"Label Studio's SDK reads other labels ({', '.join(theirs)}) than annotate "
            f"({', '.join(scheme.span_labels)})"
        )


def _project(value: Mapping[str, Any]) -> Project:
    return Project(
        project_id=value["id"],
        title=value["title"],
        label_config=value["label_config"],
        model_version=value.get("model_version") or None,
        tasks=value.get("task_number") or 0,
    )


def _packed(article_ids: Sequence[str]) -> Iterator[list[str]]:
    """Yield the ids in lists of at most 100 that fit into a URL."""
    batch: list[str] = []
    length = 0
    for article_id in article_ids:
        encoded = len(quote(json.dumps(article_id))) + 6
        if batch and (len(batch) == _PAGE or length + encoded > _URL_CHARACTERS):
            yield batch
            batch, length = [], 0
        batch.append(article_id)
        length += encoded
    if batch:
        yield batch


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:500]


def _detail(body: Any) -> str:
    if isinstance(body, dict):
        parts = [body.get("detail"), body.get("validation_errors"), body.get("exc_info")]
        said = [str(part) for part in parts if part]
        return "; ".join(said[:2])[:500] or json.dumps(body)[:500]
    return str(body)[:500]


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
