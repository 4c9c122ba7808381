"""What the machine marked in a directory of shards: looked at one shard after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotate.archive.counting import Counts, count_marks
from annotate.archive.lines import Archive, archive_at
from annotate.archive.repeats import open_repeats
from annotate.archive.storage import is_remote
from annotate.claims.dates import when
from annotate.claims.many import ManyClaims, many_claims
from annotate.claims.roles import find_roles
from annotate.errors import UsageError
from annotate.quality.mentions import Marked
from annotate.workflow.state.context import Context

UNREADABLE = "a date that cannot be read"


def open_shards(place: str) -> Archive | None:
    """Return the shards at a path or an address; `None` for a path that is a file, or nothing.

    Raises `UsageError` for a directory, or an address, that holds none.
    """
    if not is_remote(place) and not Path(place).is_dir():
        return None
    return archive_at(place)


def marked_in_shards(
    archive: Archive, *, on_shard: Callable[[int], None] | None = None
) -> Iterator[Marked]:
    """Yield the articles in the order of the shards; memory holds one shard.

    Raises `InputError` for a shard that is not what was written.
    """
    for _, line in archive.lines(on_shard=on_shard):
        yield Marked(article=line.article, marks=line.prediction())


def count_shards(archive: Archive, *, on_shard: Callable[[int], None] | None = None) -> Counts:
    """Count what is marked in shards, by outlet and by month (UTC) of publication.

    Raises `InputError` for a shard that is not what was written, and `UsageError` without the extra
    `archive`.
    """
    return count_marks(archive, month=_month, on_shard=on_shard)


@contextmanager
def claims_in_shards(
    context: Context,
    archive: Archive,
    *,
    claim: str | None = None,
    source: str | None = None,
    hedge: str | None = None,
    grouped: bool = True,
    on_shard: Callable[[int], None] | None = None,
) -> Iterator[ManyClaims]:
    """Return the claims of shards, for as long as the block lasts; they lie on disk.

    With `grouped`, near-duplicate articles are one report, and equal wordings are found. Raises
    `UsageError` where no label is a claim, where the shards have none of the workspace's labels,
    and without the extra `archive`.
    """
    strange = {claim, source, hedge} - {None, *context.scheme.span_labels}
    if strange & set(archive.manifest.labels):
        raise UsageError(
            f"{', '.join(sorted(map(str, strange)))}: labels of {archive.store.name}, and not of "
            "this workspace",
            hint="name a workspace with these labels: annotate -C DIR claims …",
        )
    roles = find_roles(context.scheme, claim=claim, source=source, hedge=hedge)
    if roles.claim not in archive.manifest.labels:
        raise UsageError(
            f"{archive.store.name}: no mark is a {roles.claim}: the labels here are "
            f"{', '.join(archive.manifest.labels)}",
            hint="name a workspace with these labels: annotate -C DIR claims …",
        )
    marked = marked_in_shards(archive, on_shard=on_shard)
    with open_repeats() as met:
        if grouped:
            marked = (
                replace(item, group=met.first_of(item.article.article_id, item.article.text))
                for item in marked
            )
        with many_claims(marked, context.scheme, roles, grouped=grouped) as found:
            yield found


def _month(published: str) -> str:
    moment = when(published)
    return UNREADABLE if moment.day is None else moment.exact[: len("2024-01")]
