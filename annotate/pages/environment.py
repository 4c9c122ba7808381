"""The one Jinja2 environment of all pages: every value is escaped, a missing one is an error.

Control characters are escaped as in the terminal, since a title may be the name of a file; the text
of an article is shown as it is (`verbatim`), on pages of claims and places set apart (`<bdi>`):
signs of writing direction in it turn nothing around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from annotate.pages.addresses import web_address
from annotate.printable import printable
from annotate.quality.ground import percent, percent_interval


class _Verbatim(str):
    """Text of an article."""

    __slots__ = ()


def render(template: str, *, label_colours: Sequence[str], **values: Any) -> str:
    """Return the page that a file of `templates/` makes of the values.

    `label_colours` become the style sheet's `--label-0`, `--label-1`, …: they have to be colours of
    CSS (`annotate.colours`). What is escaped is escaped for text and quoted attributes, not for
    styles, scripts and addresses: a template puts no other value there, but for addresses that the
    filter `web_address` lets through.
    """
    return _ENVIRONMENT.get_template(template).render(label_colours=label_colours, **values)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("annotate.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["verbatim"] = _Verbatim
    environment.filters["web_address"] = web_address
    environment.filters["percent"] = percent
    environment.filters["percent_interval"] = percent_interval
    return environment


_ENVIRONMENT = _environment()
