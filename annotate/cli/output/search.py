"""A concordance in the terminal: a line a place, the words looked for under each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate.cli.output.console import console, counted, many, progress, show_json_line
from annotate.cli.output.missing import end_where_shards_are_missing

if TYPE_CHECKING:
    from annotate.archive.lines import Archive
    from annotate.labels import LabelScheme
    from annotate.quality.concordance import Hit, Query


def show_hits(
    hits: Sequence[Hit], counts: Mapping[str, int], *, name: str, limit: int, context: int
) -> None:
    """Print the first places, how many there are besides, and which labels cover them."""
    out = console()
    for hit in hits[:limit]:
        _show_hit(hit, context)
    if len(hits) > limit:
        out.print(f"… and {len(hits) - limit} more")
    articles = len({hit.article_id for hit in hits})
    places = f"{many(len(hits), 'place')} in {many(articles, 'article')}"
    out.print(f"{name}: {places}; {counted(counts)}")


def search_shards(
    archive: Archive,
    query: Query,
    scheme: LabelScheme,
    *,
    context: int,
    limit: int,
    json_: bool,
) -> None:
    """Print the first places of shards as they are found, and count all; memory holds one shard.

    As JSON every place is a line, and the last line holds the counts.
    """
    from annotate.quality.concordance import HitCounts, each_concordance
    from annotate.workflow.show.shards import marked_in_shards

    counts = HitCounts()
    shown = 0
    with progress("searching", archive.articles) as advance:
        marked = marked_in_shards(archive, on_shard=advance)
        for hits in each_concordance(marked, query, scheme, context=context):
            counts.add(hits)
            for hit in hits if json_ else hits[: limit - shown]:
                shown += 1
                if json_:
                    show_json_line({**asdict(hit), "links": [list(link) for link in hit.links]})
                else:
                    _show_hit(hit, context)
    if json_:
        show_json_line(
            {
                "from": archive.store.name,
                "places": counts.places,
                "articles": counts.articles,
                "searched": archive.articles,
                "counts": counts.by_label(),
                "missing_shards": archive.missing,
            }
        )
        end_where_shards_are_missing(archive)
        return
    if counts.places > shown:
        console().print(f"… and {counts.places - shown} more")
    places = f"{many(counts.places, 'place')} in {many(counts.articles, 'article')}"
    console().print(
        f"{archive.store.name}: {places} of {archive.articles}; {counted(counts.by_label())}; "
        f"marked by {archive.manifest.model_version}, nobody has checked it"
    )
    end_where_shards_are_missing(archive)


def _show_hit(hit: Hit, context: int) -> None:
    before, after = _flat(hit.before), _flat(hit.after)
    labels = ", ".join((*hit.labels, *hit.choices)) or "unmarked"
    links = "".join(f" [{kind}: {_flat(text).strip()}]" for kind, text in hit.links)
    console().print(
        f"{before:>{context}}⟨{_flat(hit.text)}⟩{after}  {labels}{links}  "
        f"({_where(hit)} {hit.start}:{hit.end})"
    )


def _where(hit: Hit) -> str:
    return ", ".join(_flat(part) for part in (hit.outlet, hit.title or hit.article_id) if part)


def _flat(text: str) -> str:
    return "".join(" " if character.isspace() else character for character in text)
