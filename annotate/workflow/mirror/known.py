"""What is known of a task, and of all of them in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from annotate.records import ArticleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A task as it was last read; `key` is `None` where annotate did not push it.

    `updated_at` is `None` from the push until the server has listed it.
    """

    task_id: int
    updated_at: datetime | None
    key: ArticleKey | None
    split: str | None
    models: tuple[str, ...]
    annotations: int
    skipped: int
    draft: bool = False
    problem: str | None = None
    """Why it could not be read; what was known of its article stays."""

    @property
    def begun(self) -> bool:
        """Whether somebody has worked on it, or begun."""
        return bool(self.annotations or self.skipped or self.draft)


class Totals(NamedTuple):
    """Numbers of tasks, of submitted annotations and of skips."""

    tasks: int
    annotations: int
    skipped: int


class TaskStates(NamedTuple):
    """How many tasks are in which state; `drafts` counts tasks of others too."""

    ours: int
    blind: int
    done: int
    skipped: int
    in_work: int
    open: int
    foreign: int
    drafts: int
