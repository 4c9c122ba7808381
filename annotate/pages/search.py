"""A concordance as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.colours import label_colours
from annotate.pages.environment import render
from annotate.quality.concordance import UNMARKED, Hit

HITS = 5000
"""A page shows no more."""


def search_page(
    hits: Sequence[Hit],
    counts: Mapping[str, int],
    *,
    title: str,
    colours: Mapping[str, str],
    marked_by: str,
) -> str:
    """Return the page; `colours` are the labelling config's, by label.

    `marked_by` says who made the marks.
    Of more than 5,000 places the first are shown, and it is said.
    """
    labels = sorted({label for hit in hits for label in hit.labels})
    return render(
        "search.html.j2",
        label_colours=list(label_colours(labels, colours).values()),
        places={label: number for number, label in enumerate(labels)},
        title=title,
        marked_by=marked_by,
        everybody=any(not hit.reference for hit in hits),
        hits=hits[:HITS],
        all_hits=len(hits),
        articles=len({hit.article_id for hit in hits}),
        counts=counts,
        unmarked=UNMARKED,
    )
