"""What a handler gets and gives: requests, answers, refusals in Label Studio's own words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from double.state import Project, State, Task, User
    from double.studio import DoubleStudio

VERSION = "1.23.2"
MISSING_PAGE = "<!doctype html>\n<html><body>404</body></html>"


@dataclass
class Request:
    studio: DoubleStudio
    user: User
    method: str
    path: str
    params: dict[str, str]
    body: Any
    faults: set[str] = field(default_factory=set)

    @property
    def state(self) -> State:
        return self.studio.state

    def stamp(self) -> datetime:
        return self.studio.stamp()

    def project(self, number: Any) -> Project:
        """Return a project, or refuse as Label Studio does."""
        return self.find("projects", "Project", number)

    def task(self, number: Any) -> Task:
        return self.find("tasks", "Task", number)

    def find(self, kind: str, name: str, number: Any) -> Any:
        try:
            return getattr(self.state, kind)[int(number)]
        except (KeyError, ValueError):
            raise Refusal(404, f"No {name} matches the given query.") from None


@dataclass
class Answer:
    status: int
    body: Any = None


class Refusal(Exception):  # noqa: N818 - Label Studio's word for it would be an error
    """An answer of 400 and more; `errors` are its validation errors."""

    def __init__(self, status: int, detail: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.answer = Answer(
            status,
            {
                "id": str(uuid.uuid4()),
                "status_code": status,
                "version": VERSION,
                "detail": detail,
                "exc_info": None,
                **({"validation_errors": errors} if errors else {}),
            },
        )


class UnknownPageRefusal(Refusal):
    """The page that Label Studio shows where it knows no such address."""

    def __init__(self) -> None:
        super().__init__(404, "")
        self.answer = Answer(404, MISSING_PAGE)


def invalid(name: str, *errors: Any) -> Refusal:
    return Refusal(400, "Validation error", {name: list(errors)})


def required(body: Any, *names: str) -> None:
    """Refuse a body that lacks a field."""
    lacking = {name: ["This field is required."] for name in names if name not in (body or {})}
    if lacking:
        raise Refusal(400, "Validation error", lacking)


Handler = Callable[..., Answer]
Routes = list[tuple[str, str, Handler]]
