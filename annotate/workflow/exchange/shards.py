"""Pre-label more articles than anybody reads: into shards that any machine may go on with."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from annotate.archive.engine import REPLACE_AFTER, Engine, Work
from annotate.archive.inputs import Inputs, find_inputs
from annotate.archive.manifest import MANIFEST, VERSION, Entry, FileFormat, Manifest
from annotate.archive.run import Begun, begin, check_layout, find_shards, run_shards
from annotate.archive.sharding import MAX_SHARDS, Part, shards_for
from annotate.archive.spool import Spool
from annotate.archive.storage import Directory, Store, is_remote, open_store
from annotate.archive.supervisor import Predicted
from annotate.errors import UsageError
from annotate.outputs import require_not_own
from annotate.pipeline.registry import Model
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardOptions:
    """How a run is laid out and when its workers are replaced; `None` is the default."""

    shards: int | None = None
    format: FileFormat = "jsonl"
    part: Part = field(default_factory=Part)
    replace_after: int = REPLACE_AFTER
    memory: int | None = None
    """Bytes."""
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """A run that can begin: what there is to do, and what is done already."""

    begun: Begun
    inputs: Inputs
    work: Work
    to_do: int
    """Articles in the shards that are missing."""
    done: int
    """Articles of this part whose shards are there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTotals:
    """What the shards of a part hold together."""

    shards: int
    articles: int
    spans: dict[str, int]
    links: int
    left_out: dict[str, int]
    without: dict[str, int]
    """Reason → articles that have no line."""

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> ShardTotals:
        """Add up entries."""
        spans: Counter[str] = Counter()
        left_out: Counter[str] = Counter()
        without: Counter[str] = Counter()
        for entry in entries:
            spans.update(entry.spans)
            left_out.update(entry.left_out)
            without.update(reason for _, reason in entry.without)
        return cls(
            shards=len(entries),
            articles=sum(entry.articles for entry in entries),
            spans=dict(sorted(spans.items())),
            links=sum(entry.links for entry in entries),
            left_out=dict(sorted(left_out.items())),
            without=dict(without.most_common()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPreview:
    """What a run would do, as far as it is known before the articles are read."""

    files: int
    bytes: int
    shards: int
    model_version: str
    done: int
    """Shards of this part that are there already, `of` how many."""
    of: int

    def to_json(self) -> dict[str, int | str]:
        """Return the preview as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def find_shard_inputs(
    context: Context, places: Sequence[str], *, encoding: str | None = None
) -> Inputs:
    """Return the files that are named (from the current directory), else the workspace's.

    Raises `UsageError` for a place that names nothing.
    """
    settings = context.settings
    return find_inputs(
        [str(place) for place in places] or list(settings.articles),
        root=Path.cwd() if places else context.workspace.root,
        encoding=encoding or settings.encoding,
    )


def preview_shards(
    context: Context, inputs: Inputs, out: str, model: Model, options: ShardOptions
) -> ShardPreview:
    """Say what a run would do; no article is read, and nothing is written.

    Raises `UsageError` for what can be known of it to be refused.
    """
    store = _store(context, inputs, out)
    layout = _layout(context, inputs, model, options)
    done = 0
    if check_layout(store, layout):
        done = len(find_shards(store, layout, part=options.part).entries)
    return ShardPreview(
        files=len(inputs.files),
        bytes=sum(size for _, size in inputs.files),
        shards=layout.shards,
        model_version=model.version,
        done=done,
        of=sum(options.part.has(shard) for shard in range(layout.shards)),
    )


def plan_shards(
    context: Context,
    inputs: Inputs,
    out: str,
    model: Model,
    options: ShardOptions,
    engine: Engine,
    *,
    on_article: Callable[[], None] | None = None,
) -> ShardPlan:
    """Read the articles, lay them down by shard, and enter the run; the engine loads meanwhile.

    Raises `UsageError` for a place that cannot be written to, that holds another run, or for a
    model that no worker can load.
    """
    store = _store(context, inputs, out)
    load = context.models.loader(model)
    layout = _layout(context, inputs, model, options)
    spool = Spool(_spool_place(store, options.part), shards=layout.shards, part=options.part)
    work = Work(
        load=load,
        labels=context.scheme.all_names,
        replace_after=options.replace_after,
        memory=options.memory,
    )
    if not check_layout(store, layout):  # else perhaps all is done
        engine.start(work, shards=layout.shards)
    try:
        begun = begin(store, spool, inputs, layout, on_article=on_article)
    except BaseException:
        engine.close()
        raise
    missing = set(begun.shards.missing)
    laid = begun.spooled.shards
    return ShardPlan(
        begun=begun,
        inputs=inputs,
        work=work,
        to_do=sum(n for shard, n in laid.items() if shard in missing),
        done=sum(n for shard, n in laid.items() if shard not in missing),
    )


def prelabel_shards(
    plan: ShardPlan,
    engine: Engine,
    *,
    on_entry: Callable[[Entry, Predicted], None] | None = None,
) -> ShardTotals:
    """Predict what is missing; return what the part holds then.

    Each shard is written whole, and then entered; a run that ends before its time is gone on with
    by the same command.
    """
    entries = list(plan.begun.shards.entries)
    try:
        for entry, predicted in run_shards(plan.begun, engine, plan.work):
            entries.append(entry)
            if on_entry is not None:
                on_entry(entry, predicted)
    finally:
        plan.begun.spool.release()
    return ShardTotals.of(sorted(entries, key=lambda entry: entry.shard))


def _layout(context: Context, inputs: Inputs, model: Model, options: ShardOptions) -> Manifest:
    count = options.shards or shards_for(inputs.size)
    if count > MAX_SHARDS:
        raise UsageError(f"--shards {count}: at most {MAX_SHARDS}")
    return Manifest(
        version=VERSION,
        shards=count,
        format=options.format,
        model_version=model.version,
        labels=context.scheme.all_names,
    )


def _store(context: Context, inputs: Inputs, out: str) -> Store:
    """Return the store; raises `UsageError` where shards would lie among what is read or kept."""
    if is_remote(out):
        return open_store(out)
    place = Path(out).resolve()
    require_not_own(place / MANIFEST, context.workspace)
    exports = context.workspace.exports.parent.resolve()
    if exports in (place, *place.parents):
        raise UsageError(
            f"{out}: export versions are kept there", hint="write to a directory of its own"
        )
    for directory in inputs.directories:
        if directory in (place, *place.parents):
            raise UsageError(
                f"{out}: lies in {directory}, which is read",
                hint="write to a directory beside it",
            )
    for name, _ in inputs.files:
        if not is_remote(name) and place in (inputs.root / name).resolve().parents:
            raise UsageError(
                f"{out}: holds {name}, which is read", hint="write to a directory of its own"
            )
    return open_store(out)


def _spool_place(store: Store, part: Part) -> Path:
    """Return where articles wait: hidden beside the shards, or on this machine where they are far.

    The parts of one run may run at one time, so that each has its own.
    """
    if isinstance(store, Directory):
        return store.path / ".spool" / f"{part.k}-of-{part.n}"
    name = blake2b(f"{store.name} {part}".encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"annotate-spool-{name}"
