"""The one Jinja2 environment of all pages: every value is escaped, a missing one is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from annotate.quality.ground import percent, percent_interval


def render(template: str, *, label_colours: Sequence[str], **values: Any) -> str:
    """Return the page that a file of `templates/` makes of the values.

    `label_colours` become the style sheet's `--label-0`, `--label-1`, …: they have to be colours of
    CSS (`annotate.colours`). What is escaped is escaped for text and quoted attributes, not for
    styles, scripts and addresses: a template puts no other value there.
    """
    return _ENVIRONMENT.get_template(template).render(label_colours=label_colours, **values)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("annotate.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["percent_interval"] = percent_interval
    return environment


_ENVIRONMENT = _environment()
