"""What a push would do, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.records import ArticleKey
from annotate.studio.client import Project
from annotate.workflow.sync.given import Predicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a task needs besides its article; `revises` is the task with the article's old text."""

    group: str
    split: str
    revises: int | None = None

    @property
    def blind(self) -> bool:
        """Whether annotators must see no predictions on it."""
        return self.split == "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What a push would do; nothing has been sent yet."""

    project: Project | None
    """`None`: it will be created."""
    title: str
    model: Predicts
    to_send: Mapping[ArticleKey, Placed]
    present: int
    unanswered: int
    """Articles of batches that were sent earlier, without an answer: they may yet appear."""
    same_text: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    """(article id, id under which the server has that very text) of what is not sent again."""

    @property
    def revisions(self) -> tuple[str, ...]:
        """Articles that the server has with another text."""
        return tuple(key[0] for key, placed in self.to_send.items() if placed.revises is not None)

    @property
    def blind(self) -> tuple[str, ...]:
        """Articles that annotators will see without predictions."""
        return tuple(key[0] for key, placed in self.to_send.items() if placed.blind)


@dataclass(slots=True, kw_only=True)
class PushResult:
    """What a push did."""

    project_id: int
    created_project: bool
    model_version: str
    present: int
    pushed: int = 0
    found: int = 0
    """Articles that were sent without an answer and then found on the server."""
    blind: int = 0
    revisions: int = 0
    spans: int = 0
    predicted: int = 0
    """Tasks that were sent with predictions; of `bare` ones the server may have dropped them."""
    shown: str | None = None
    """Model version whose predictions annotators see; other ones are hidden until a sync."""
    bare: int = 0
    """Tasks whose predictions the server may have dropped; the next sync adds them."""
    without: int = 0
    """Tasks, not blind, for which the file of predictions had none."""
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def hidden(self) -> bool:
        """Whether annotators do not see the predictions that were pushed."""
        return self.predicted > self.bare and self.shown != self.model_version
