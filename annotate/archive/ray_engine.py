"""Shards on the processors of a Ray cluster, by Ray Data (extra `ray`).

An actor holds a supervisor and so a worker process, as on one machine: what is predicted, and what
is said of a text that kills its worker, is the same. Articles travel from this machine to the
actors and lines back, so that the nodes need no file system in common; a trained pipeline has to
lie at the same path on each of them.
"""

from __future__ import annotations

import logging
import os
import pickle
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from annotate.archive.engine import Read, Work
from annotate.archive.spool import Laid
from annotate.archive.supervisor import Predicted
from annotate.errors import AnnotateError, ModelError, UsageError
from annotate.installation import install_hint

ACTOR_CPUS = 1
ACTOR_MEMORY = 1_000_000_000
"""Bytes that an actor and its worker are planned with, unless the run says what a worker may hold.

Ray places actors by it, and enforces nothing: the worker is replaced by our own bound.
"""


class RayEngine:
    """Actors of one processor each, as many as there are workers."""

    def __init__(self, workers: int, *, address: str | None = None) -> None:
        self._workers = workers
        self._address = address
        self._ray = _ray()

    def start(self, work: Work, *, shards: int) -> None:
        """Do nothing: what a cluster needs is started where its nodes are."""

    def close(self) -> None:
        """Do nothing: nothing was begun."""

    def run(self, shards: Iterable[int], read: Read, work: Work) -> Iterator[tuple[int, Predicted]]:
        """Yield the shards as they get done.

        A node that is lost takes its shards with it, and they are done anew elsewhere; an actor is
        restarted as often as it dies. Raises `ModelError` for what the pipeline raises, and
        `UsageError` where there is no cluster, or none that has room for the workers.
        """
        ray = self._ray
        numbers = list(shards)
        if not numbers:
            return
        began = self._connect()
        try:
            self._check_room(work)
            yield from self._run(numbers, read, work)
        except ray.exceptions.RayError as error:
            raise _told(error) from None
        finally:
            if began:
                ray.shutdown()

    def _run(
        self, numbers: Sequence[int], read: Read, work: Work
    ) -> Iterator[tuple[int, Predicted]]:
        ray = self._ray
        data = ray.data.DataContext.get_current()
        data.max_errored_blocks = 0  # a block that fails ends the run: nothing is dropped
        data.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        # The articles lie on this machine: whoever reads them has to run here.
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        feed = ray.remote(ShardFeed).options(num_cpus=0, scheduling_strategy=here).remote(read)
        rows = ray.data.from_items(
            [{"shard": number} for number in numbers], override_num_blocks=len(numbers)
        ).map_batches(
            ShardActor,
            fn_constructor_args=(pickle.dumps(work), feed),
            batch_size=1,
            zero_copy_batch=True,
            # Actors are restarted, and their tasks tried again, without end: Ray Data's default.
            compute=ray.data.ActorPoolStrategy(
                size=self._workers,
                max_tasks_in_flight_per_actor=2,
                max_concurrent_calls_per_actor=2,
            ),
            num_cpus=ACTOR_CPUS,
            memory=work.memory or ACTOR_MEMORY,
        )
        for row in rows.iter_rows():
            yield int(row["shard"]), pickle.loads(row["predicted"])  # noqa: S301 - our own actor's

    def _connect(self) -> bool:
        """Join the cluster; tell whether this process began to, and has to leave it."""
        ray = self._ray
        if ray.is_initialized():
            return False
        settings: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if self._address is None:
            settings |= {"num_cpus": max(self._workers, 1) + 1, "include_dashboard": False}
        try:
            ray.init(address=self._address, **settings)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UsageError(
                f"--address {self._address}: no Ray cluster ({str(error).splitlines()[0][:200]})",
                hint="start one with: ray start --head; and on the other machines: ray start "
                "--address HOST:6379",
            ) from None
        return True

    def _check_room(self, work: Work) -> None:
        found = self._ray.cluster_resources()
        room = int(found.get("CPU", 0) // ACTOR_CPUS)
        room = min(room, int(found.get("memory", 0) // (work.memory or ACTOR_MEMORY)))
        if room < self._workers:
            raise UsageError(
                f"--workers {self._workers}: the cluster has room for {room}, at {ACTOR_CPUS} CPU "
                f"and {(work.memory or ACTOR_MEMORY) / 1e9:.1f} GB each",
                hint="ask for fewer workers, add machines, or say what one may hold: --max-memory",
            )


class ShardFeed:
    """What runs beside the driver: it reads the articles of a shard."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def read(self, shard: int) -> Laid:
        """Return the articles of a shard."""
        return self._read(shard)


class ShardActor:
    """What runs on a node: it fetches a shard's articles, and predicts them."""

    def __init__(self, work: bytes, feed: Any) -> None:
        held: Work = pickle.loads(work)  # noqa: S301 - our own driver's
        self._supervisor = held.supervisor()
        self._feed = feed
        self._free = threading.Lock()
        threading.Thread(target=self._load, daemon=True).start()

    def _load(self) -> None:
        """Let the worker load while the cluster hands out the first shards."""
        with self._free, suppress(ModelError):  # which the first prediction will raise
            self._supervisor.start()

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return what became of the one shard of a batch."""
        import ray

        (shard,) = (int(number) for number in batch["shard"])
        laid = ray.get(self._feed.read.remote(shard))
        with self._free:  # the next shard is fetched meanwhile, by another thread
            predicted = self._supervisor.predict(laid)
        return {"shard": [shard], "predicted": [pickle.dumps(predicted)]}


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # its notes are for who mends Ray
    try:
        import ray
        import ray.data
        import ray.util.scheduling_strategies
    except ImportError:
        raise UsageError("--engine ray: needs Ray", hint=install_hint("ray")) from None
    return ray


def _told(error: Exception) -> AnnotateError:
    """Return what a pipeline raised on a node, as it would be told here."""
    cause: BaseException | None = getattr(error, "cause", None) or error
    while cause is not None and not isinstance(cause, AnnotateError):
        cause = getattr(cause, "cause", None) or cause.__cause__
    if isinstance(cause, AnnotateError):
        return ModelError(cause.message, hint=cause.hint)
    said = str(error).strip().splitlines() or [type(error).__name__]
    return ModelError(f"Ray: {said[-1][:300]}", hint="finished shards are kept: run it again")
