"""A concordance in the terminal: a line a place, the words looked for under each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.cli.output.console import console, counted, many
from annotate.quality.concordance import Hit


def show_hits(
    hits: Sequence[Hit], counts: Mapping[str, int], *, name: str, limit: int, context: int
) -> None:
    """Print the first places, how many there are besides, and which labels cover them."""
    out = console()
    for hit in hits[:limit]:
        before, after = _flat(hit.before), _flat(hit.after)
        labels = ", ".join((*hit.labels, *hit.choices)) or "unmarked"
        links = "".join(f" [{kind}: {_flat(text).strip()}]" for kind, text in hit.links)
        out.print(
            f"{before:>{context}}⟨{_flat(hit.text)}⟩{after}  {labels}{links}  "
            f"({_where(hit)} {hit.start}:{hit.end})"
        )
    if len(hits) > limit:
        out.print(f"… and {len(hits) - limit} more")
    articles = len({hit.article_id for hit in hits})
    places = f"{many(len(hits), 'place')} in {many(articles, 'article')}"
    out.print(f"{name}: {places}; {counted(counts)}")


def _where(hit: Hit) -> str:
    return ", ".join(_flat(part) for part in (hit.outlet, hit.title or hit.article_id) if part)


def _flat(text: str) -> str:
    return "".join(" " if character.isspace() else character for character in text)
