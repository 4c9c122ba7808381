"""Colours of labels: as the labelling config has them, else from a palette. Pure.

They end up in a stylesheet, and a labelling config is other people's file: what is neither a colour
name of CSS nor a `#` with hex digits is no colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PALETTE = (
    "#0b63a5",
    "#b84a00",
    "#a8107a",
    "#307b72",
    "#612667",
    "#823dc7",
    "#0c3387",
    "#794e60",
    "#207b02",
    "#870612",
    "#1f32d6",
    "#244718",
)
"""For labels without a colour of their own; the shipped configs use the first three.

No two are alike. Every third one shares its kind of line on the labelling page: these differ also
for people who do not tell red from green. All can be read on white.
"""

DARK_PALETTE = (
    "#7cc0f5",
    "#ffa15c",
    "#ff9bd6",
    "#5fafa2",
    "#e180fc",
    "#ab93eb",
    "#46a8ec",
    "#c4abb9",
    "#81ba45",
    "#fec1b9",
    "#c6d9fc",
    "#3bec9a",
)
"""The same colours, in that order, for lines on a dark page."""

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet
    brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan
    darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen
    darkorange darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey
    darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite
    forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue
    lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon
    lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime
    limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple
    mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue
    mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
    powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen
    seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal
    thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()
)


def css_colour(value: str | None) -> str | None:
    """Return a colour as CSS takes it, in lower case, or `None` where the value is none."""
    found = (value or "").strip().lower()
    return found if found in _NAMES or _HEX.fullmatch(found) else None


def label_colours(labels: Iterable[str], given: Mapping[str, str | None]) -> dict[str, str]:
    """Return a colour for every label: the given one, else the next of the palette that is free.

    Where there are more labels than colours, the palette begins anew.
    """
    own = {label: css_colour(given.get(label)) for label in labels}
    taken = set(own.values())
    free = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    found: dict[str, str] = {}
    count = 0
    for label, colour in own.items():
        found[label] = colour or free[count % len(free)]
        count += colour is None
    return found
