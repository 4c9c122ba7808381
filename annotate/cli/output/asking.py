"""What is shown of a pre-labeller that asks somebody: who, how much, and what became of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.output.articles import LEFT_OUT
from annotate.cli.output.console import console, counted, many, notes, progress, show_first

if TYPE_CHECKING:
    from annotate.pipeline.registry import Model
    from annotate.prelabellers.protocol import AskPlan
    from annotate.records import Article
    from annotate.workflow.state.context import Context
    from annotate.workflow.state.prelabelling import ConfiguredPrelabeller
    from annotate.workflow.sync.given import GivenVersion

_QUIET_SECONDS = 10.0  # between two signs of life
_COST = ("requests", "prompt tokens", "reply tokens")
_WAYS = ("exact", "folded", "fuzzy", "not found", "ambiguous")


def plan_asking(context: Context, model: object, articles: Iterable[Article]) -> AskPlan | None:
    """Return how much predicting these articles would ask; `None` for what asks nobody."""
    if getattr(model, "asks", None) is None or context.models.configured is None:
        return None
    asking = context.models.configured.asking
    return None if asking is None else asking.plan(articles)


def asking_json(plan: AskPlan | None) -> dict[str, Any]:
    """Return the plan as JSON."""
    return {} if plan is None else {"asks": plan.to_json()}


def show_asking(plan: AskPlan | None) -> None:
    """Print whom a run asks, and how much."""
    if plan is None:
        return
    where = "another machine: texts of your articles go there" if plan.remote else "this machine"
    console().print(
        f"asks {plan.host} ({where}): {many(plan.requests, 'request')} for "
        f"{many(plan.paragraphs, 'paragraph')} of {many(plan.articles, 'article')}, "
        f"{plan.answered} of them answered before or alike; about {plan.prompt_tokens} tokens of "
        f"prompts, at most {plan.reply_tokens} of replies (estimated: a token for 4 bytes)"
    )


def ask_first(context: Context, plan: AskPlan | None, articles: Iterable[Article]) -> None:
    """Ask about these articles, with a bar, before anything else is done with them."""
    from annotate.workflow.state.prelabelling import ask

    if plan is None or not plan.requests or context.models.configured is None:
        return
    with progress(f"asking {plan.host}", plan.requests) as advance:
        sign = None if sys.stderr.isatty() else SignOfLife(context)

        def on_reply() -> None:
            advance()
            if sign is not None:
                sign()

        ask(context.models.configured, articles, on_reply=on_reply)


class SignOfLife:
    """Says now and then, where no bar is drawn, how many paragraphs were answered."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told = time.monotonic()
        self._count = 0

    def __call__(self) -> None:
        """Take one answer."""
        self._count += 1
        asked = self._context.models.asked
        if asked is None or asked.asking is None:
            return
        if time.monotonic() - self._told >= _QUIET_SECONDS:
            self._told = time.monotonic()
            notes().print(f"{asked.asking.host} has answered {many(self._count, 'paragraph')}")


def asked_json(context: Context) -> dict[str, Any]:
    """Return as JSON what a run has asked, and which articles got no prediction."""
    found = context.models.asked
    if found is None or found.asking is None:
        return {}
    return {
        "asked": {
            "host": found.asking.host,
            "counts": dict(found.asking.counts),
            "left_out": dict(found.left_out),
            "failed": {key.article_id: why for key, why in found.failed.items()},
        }
    }


def show_asked(found: ConfiguredPrelabeller | None) -> None:
    """Print what a run has asked, how the quotes were found, and what failed with its reason."""
    if found is None or found.asking is None:
        return
    counts = found.asking.counts
    if not counts and not found.failed:
        return
    ways = {way: counts.get(way, 0) for way in _WAYS}
    more = {name: n for name, n in counts.items() if name not in (*_WAYS, *_COST) and n}
    cost = {name: counts[name] for name in _COST if counts.get(name)}
    notes().print(
        f"{found.asking.host}: {counted(cost) if cost else 'not asked, all was known'}; quotes: "
        f"{counted(ways)}" + (f"; {counted(more)}" if more else "")
    )
    if found.left_out:
        notes().print(f"the labelling config has no place for: {counted(dict(found.left_out))}")
    failed = (f"no prediction of {key.article_id}: {why}" for key, why in found.failed.items())
    show_first(failed, on=notes())


def end_with_failed(context: Context) -> None:
    """End the command with exit code 3 where articles got no prediction; the rest was done."""
    found = context.models.asked
    if found is not None and found.failed:
        notes().print(
            f"{many(len(found.failed), 'article')} got no prediction; the same command asks again"
        )
        raise typer.Exit(LEFT_OUT)


def check_limit(model: Model | GivenVersion, most: int | None) -> None:
    """Refuse a bound on requests for a model that asks nobody; raises `UsageError`."""
    from annotate.errors import UsageError

    if most is not None and getattr(model, "asks", None) is None:
        raise UsageError(f"--max-requests: {model.version} asks nobody")
