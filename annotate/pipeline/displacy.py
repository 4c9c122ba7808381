"""Options for displaCy's style `span`: colours of a labelling config, names that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spacy.displacy.templates import TPL_SPAN, TPL_SPAN_SLICE, TPL_SPAN_START

_THEIR_TEXT = "color: #000;"
_OUR_TEXT = "color: #fff; color: lch(from {bg} calc((55 - l) * infinity) 0 0);"
"""Black on light colours, white on dark ones; browsers that cannot tell take white."""


def span_options(colours: Mapping[str, str], *, spans_key: str) -> dict[str, Any]:
    """Return options that draw the group `spans_key`."""
    return {
        "spans_key": spans_key,
        "colors": dict(colours),
        "template": {
            "span": TPL_SPAN,
            "slice": TPL_SPAN_SLICE,
            "start": TPL_SPAN_START.replace(_THEIR_TEXT, _OUR_TEXT),
        },
    }
