"""Choose the few articles of many that people should read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from annotate.archive.choosing import Chooser, Strategy, farthest_first
from annotate.archive.lines import Archive, Place
from annotate.archive.repeats import open_repeats
from annotate.claims.roles import find_roles
from annotate.errors import UnknownExportError, UsageError
from annotate.files import write_lines_atomic
from annotate.jsonl import ArticleLine, article_line_to_json, dumps
from annotate.outputs import require_free, require_jsonl
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen, and what was passed over."""

    chosen: tuple[Place, ...]
    articles: int
    repeats: int
    """Articles that nearly repeat an earlier one."""
    known: int
    """Articles whose texts are in the workspace's exports already."""
    outlets: dict[str, int]
    """Outlet → articles chosen; `none` where an article names none."""
    candidates: int
    """Articles among which the last choice was made."""
    missing: int
    """Shards that are not there yet."""


def choose_articles(
    context: Context,
    archive: Archive,
    count: int,
    strategy: Strategy,
    *,
    claim: str | None = None,
    seed: int = 0,
    on_shard: Callable[[int], None] | None = None,
) -> Choice:
    """Choose `count` articles, near-duplicates once, none that the exports have already.

    Raises `UsageError` where nothing says which label is a claim and density is asked for, and
    where there is nothing to choose from.
    """
    label = ""
    if strategy == "by-claim-density":
        label = _claim(context, archive, claim)
    chooser = Chooser(count, strategy, claim=label, seed=seed)
    held = _known_texts(context)
    repeats = known = articles = 0
    with open_repeats() as met:
        for place, line in archive.lines(on_shard=on_shard):
            articles += 1
            if line.article.text_sha256 in held:
                known += 1
            elif met.first_of(str(articles), line.article.text) == str(articles):
                chooser.take(place, line)
            else:
                repeats += 1
    candidates = chooser.candidates()
    if not candidates:
        raise UsageError(
            f"{archive.store.name}: nothing to choose from: {articles} articles, {known} of them "
            "in the exports already"
        )
    if strategy == "by-claim-density" and not candidates[0].rank[0]:
        raise UsageError(
            f"{archive.store.name}: no article has a {label}, so none is denser than another",
            hint="choose otherwise, or name another label: --claim",
        )
    chosen = candidates
    if strategy == "diverse":
        texts = {
            place: line.article.text
            for place, line in archive.lines(of=[found.place for found in candidates])
        }
        numbers = farthest_first([texts[found.place] for found in candidates], count)
        chosen = [candidates[number] for number in numbers]
    outlets: dict[str, int] = {}
    for found in chosen:
        outlets[found.outlet or "none"] = outlets.get(found.outlet or "none", 0) + 1
    return Choice(
        chosen=tuple(found.place for found in chosen),
        articles=articles,
        repeats=repeats,
        known=known,
        outlets=dict(sorted(outlets.items())),
        candidates=len(candidates),
        missing=archive.missing,
    )


def _claim(context: Context, archive: Archive, claim: str | None) -> str:
    """Return the label whose density counts; raises `UsageError` for one that no shard can have."""
    if claim is None:
        try:
            claim = find_roles(context.scheme).claim
        except UsageError as error:
            raise UsageError(error.message, hint="name it: --claim LABEL") from None
    if claim not in archive.manifest.labels:
        raise UsageError(
            f"{archive.store.name}: has no label {claim}; there are: "
            f"{', '.join(archive.manifest.labels)}",
            hint="name the label that is a claim there: --claim LABEL",
        )
    return claim


def check_chosen_output(context: Context, output: Path, *, overwrite: bool) -> None:
    """Raise `UsageError` where the chosen articles would not be written."""
    require_jsonl(output)
    require_free(output, context.workspace, overwrite=overwrite)


def write_chosen(archive: Archive, places: Collection[Place], output: Path) -> int:
    """Write the lines as they stand in the shards, the first chosen first; return their number."""
    held: dict[Place, ArticleLine] = dict(archive.lines(of=places))
    return write_lines_atomic(
        output, (dumps(article_line_to_json(held[place])) for place in places)
    )


def _known_texts(context: Context) -> frozenset[str]:
    """Return the hashes of the texts of the latest export version, where there is one."""
    try:
        version = context.versions.find(None)
    except UnknownExportError:
        return frozenset()
    return frozenset(line.article.text_sha256 for line in context.versions.load(version).values())
