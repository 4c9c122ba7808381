"""What a pre-labeller has to be, and what it is given when it is made.

A package offers one by an entry point of the group `annotate.prelabellers`, whose name is the
`kind` in annotate.yaml and whose object is called with the section's options and a `Surroundings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from annotate.labels import LabelScheme
from annotate.records import Annotation, Article, ArticleKey, Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleGold:
    """Annotated training articles of one export version, and what must not be shown of them."""

    version: str
    """Id of the version."""
    name: str
    articles: tuple[tuple[Article, Annotation], ...] = ()
    barred: frozenset[str] = frozenset()
    """Paragraphs of test articles: none of them is an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of a workspace a pre-labeller may know."""

    scheme: LabelScheme
    """Labels, choices and links of the labelling config: what does not fit it is left out."""
    guidelines: str | None
    language: str
    root: Path
    """Directory of annotate.yaml; paths in the options are relative to it."""
    state: Path
    """Where it may keep files of its own, under its own name."""
    environment: Mapping[str, str] = field(repr=False)
    gold: Callable[[str], ExampleGold]
    """Export version (number, name or id) → its annotated training articles, no test articles."""


class Prelabeller(Protocol):
    """Predicts articles; `version` changes whenever what it would predict may change."""

    version: str

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        """Yield a prediction an article, in order, under `version`; `None` where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPlan:
    """How much would be asked. Tokens are estimated: no tokenizer of the model is known."""

    host: str
    remote: bool
    articles: int
    paragraphs: int
    answered: int
    """Paragraphs whose replies lie in the cache, or that repeat another one."""
    requests: int
    prompt_tokens: int
    reply_tokens: int
    """The most that the replies may have together."""

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "host": self.host,
            "remote": self.remote,
            "articles": self.articles,
            "paragraphs": self.paragraphs,
            "answered": self.answered,
            "requests": self.requests,
            "prompt_tokens_estimated": self.prompt_tokens,
            "reply_tokens_at_most": self.reply_tokens,
        }


@runtime_checkable
class AsksServer(Protocol):
    """A pre-labeller that asks somebody, and can say beforehand how much."""

    host: str
    lineage: Mapping[str, Any]
    """Where it comes from: model, host, examples and the texts that they show."""
    failed: Mapping[ArticleKey, str]
    """Articles without a prediction → why."""
    left_out: Counter[str]
    """What the labelling config cannot hold, by name."""
    counts: Mapping[str, int]
    """How quotes were found, in the words of the report, and what was asked."""
    max_requests: int | None
    on_reply: Callable[[], None] | None
    """Called after each paragraph that was asked."""

    def forget_failures(self) -> None:
        """Let articles that have failed be tried anew."""

    def plan(self, articles: Iterable[Article]) -> AskPlan:
        """Return how much predicting these articles would ask; nothing is asked."""
