"""A run over shards on the command line: its plan, its progress and what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.output.articles import LEFT_OUT
from annotate.cli.output.console import (
    console,
    counted,
    many,
    notes,
    progress,
    show_first,
    show_json_line,
)
from annotate.errors import UsageError

if TYPE_CHECKING:
    from annotate.archive.engine import Engine
    from annotate.archive.manifest import Entry
    from annotate.archive.supervisor import Predicted
    from annotate.workflow.exchange.shards import (
        ShardOptions,
        ShardPlan,
        ShardPreview,
        ShardTotals,
    )
    from annotate.workflow.state.context import Context

_NAMED = 20  # articles without a line that are named while a run goes on; their entries name all
_EVERY = 10.0  # seconds between two lines where nothing is drawn


def shard_options(
    *,
    shards: int | None,
    format_: str,
    part: str,
    replace_after: int | None,
    megabytes: int | None,
    encoding: str | None,
) -> ShardOptions:
    """Return the options of a run; raises `UsageError` for a format or a part that cannot be."""
    from annotate.archive.engine import REPLACE_AFTER
    from annotate.archive.manifest import FORMATS
    from annotate.archive.sharding import Part
    from annotate.workflow.exchange.shards import ShardOptions

    known = next((name for name in FORMATS if name == format_), None)
    if known is None:
        raise UsageError(f"--format {format_}: expected one of {', '.join(FORMATS)}")
    return ShardOptions(
        shards=shards,
        format=known,
        part=Part.parse(part),
        replace_after=REPLACE_AFTER if replace_after is None else replace_after,
        memory=None if megabytes is None else megabytes * 1_000_000,
        encoding=encoding,
    )


def make_engine(name: str, *, workers: int, address: str | None) -> Engine:
    """Return the engine of that name; raises `UsageError` for others, and without its extra."""
    if name == "ray":
        from annotate.archive.ray_engine import RayEngine

        return RayEngine(workers, address=address)
    if name != "local":
        raise UsageError(f"--engine {name}: expected local or ray")
    if address is not None:
        raise UsageError("--address names a Ray cluster", hint="add --engine ray")
    from annotate.archive.engine import LocalEngine

    return LocalEngine(workers)


def prelabel_to_shards(
    context: Context,
    places: Sequence[str] | None,
    out: str,
    model: str | None,
    options: ShardOptions,
    engine: Engine,
    *,
    dry_run: bool,
    json_: bool,
) -> None:
    """Do what `annotate prelabel --out` does."""
    from annotate.workflow.exchange.shards import find_shard_inputs, plan_shards, preview_shards

    inputs = find_shard_inputs(context, places or (), encoding=options.encoding)
    chosen = context.models.choose(model)
    if dry_run:
        show_preview(preview_shards(context, inputs, out, chosen, options), json_=json_)
        return
    if not chosen.predicts:
        notes().print("no model is in use: the shards will hold articles without marks")
    if other := chosen.other_code():
        notes().print(other)
    read_and_predict(
        lambda advance: plan_shards(
            context, inputs, out, chosen, options, engine, on_article=advance
        ),
        engine,
        json_=json_,
    )


def show_preview(preview: ShardPreview, *, json_: bool) -> None:
    """Print what a run would do."""
    if json_:
        _event("dry_run", **preview.to_json())
        return
    megabytes = preview.bytes / 1_000_000
    console().print(
        f"would read {many(preview.files, 'file')} ({megabytes:.1f} MB) into "
        f"{many(preview.shards, 'shard')} by {preview.model_version}; "
        f"{preview.done} of {many(preview.of, 'shard')} are there already"
    )


def read_and_predict(
    make_plan: Callable[[Callable[[], None]], ShardPlan],
    engine: Engine,
    *,
    json_: bool,
) -> None:
    """Read the articles, predict them, and say what came of it.

    Ends with exit code 3 where articles were left out.
    """
    from annotate.workflow.exchange.shards import prelabel_shards

    with progress("reading") as advance:
        plan = make_plan(advance)
    manifest = plan.begun.shards.manifest
    if json_:
        _event(
            "plan",
            out=plan.begun.store.name,
            articles=manifest.articles,
            shards=manifest.shards,
            missing=len(plan.begun.shards.missing),
            to_do=plan.to_do,
            done=plan.done,
            model_version=manifest.model_version,
        )
    bad = plan.begun.spooled.bad
    show_first((f"left out: {reason}" for _, _, reason in bad), on=notes())
    if json_:
        for file, line, reason in bad:
            _event("left_out", file=file, line=line, reason=reason)
    if plan.done:
        notes().print(f"{many(plan.done, 'article')} are there already, in finished shards")
    began = said = time.monotonic()
    done = named = 0
    with progress("pre-labelling", plan.to_do) as advance:

        def on_entry(entry: Entry, predicted: Predicted) -> None:
            nonlocal done, said, named
            count = entry.articles + len(entry.without)
            done += count
            now = time.monotonic()
            rate = done / max(now - began, 0.001)
            left = (plan.to_do - done) / max(rate, 0.001)
            description = None
            if sys.stderr.isatty() or now - said >= _EVERY:
                said = now
                description = f"pre-labelling: {done} of {plan.to_do}, {rate:.0f} a second"
                description += f", {_duration(left)} left"
            advance(count, description=description)
            if json_:
                _event(
                    "shard",
                    shard=entry.shard,
                    file=entry.file,
                    articles=entry.articles,
                    done=done,
                    to_do=plan.to_do,
                    per_second=round(rate, 1),
                    seconds_left=round(left),
                    worker_bytes=predicted.memory,
                    worker_deaths=predicted.deaths,
                )
                for article_id, reason in entry.without:
                    _event("without", article_id=article_id, reason=reason)
            for article_id, reason in entry.without[: _NAMED - named]:
                notes().print(f"left out: {article_id}: {reason}")
                named += 1

        totals = prelabel_shards(plan, engine, on_entry=on_entry)
    _show(plan, totals, bad, json_=json_)
    if totals.without or bad:
        raise typer.Exit(LEFT_OUT)


def _show(plan: ShardPlan, totals: ShardTotals, bad: tuple[Any, ...], *, json_: bool) -> None:
    if json_:
        _event(
            "end",
            shards=totals.shards,
            articles=totals.articles,
            spans=totals.spans,
            links=totals.links,
            left_out=totals.left_out,
            without=totals.without,
            unreadable=len(bad),
            passed_over=dict(plan.inputs.passed_over),
        )
        return
    manifest = plan.begun.shards.manifest
    console().print(
        f"{many(totals.articles, 'article')} in {many(totals.shards, 'shard')} of "
        f"{plan.begun.store.name}: {counted(totals.spans)}, {totals.links} links, "
        f"by {manifest.model_version}"
    )
    if totals.left_out:
        notes().print(f"the labels cannot hold: {counted(totals.left_out)}")
    if bad:
        notes().print(
            f"left out, as no articles: {len(bad)}, listed in "
            f"{plan.begun.store.name}/left-out.jsonl"
        )
    if plan.inputs.passed_over:
        notes().print(
            f"passed over, since such files are not read: {counted(plan.inputs.passed_over)}"
        )
    show_first(
        (
            f"{many(count, 'article')} without a line: {why}"
            for why, count in totals.without.items()
        ),
        on=notes(),
    )


def _event(name: str, **values: Any) -> None:
    show_json_line({"event": name, **values})


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
