"""Kinds of pre-labellers that are installed, by the entry points that packages offer them with."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from annotate.errors import AnnotateError, PrelabellerError
from annotate.prelabellers.protocol import Prelabeller, Surroundings

GROUP = "annotate.prelabellers"


def make_prelabeller(kind: str, options: Mapping[str, Any], where: Surroundings) -> Prelabeller:
    """Return the pre-labeller of a kind; the entry point is called with options and surroundings.

    Raises `PrelabellerError` where no installed package, or more than one, offers the kind, and
    where what it offers cannot be made.
    """
    found = {entry.value: entry for entry in entry_points(group=GROUP, name=kind)}
    if len(found) != 1:
        known = ", ".join(sorted({entry.name for entry in entry_points(group=GROUP)})) or "none"
        offers = "several packages offer" if found else "no installed package offers"
        raise PrelabellerError(
            f"prelabeller.kind: {offers} {kind!r}; there are: {known}",
            hint=f"install the package that offers it as an entry point of the group {GROUP}",
        )
    (entry,) = found.values()
    try:
        made = _load(entry)(options, where)
        version = made.version
    except AnnotateError:
        raise
    except Exception as error:
        raise PrelabellerError(
            f"the pre-labeller {kind!r} ({entry.value}) cannot be made: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(version, str) or not version.strip():
        raise PrelabellerError(f"the pre-labeller {kind!r} ({entry.value}) has no version")
    return made  # type: ignore[no-any-return]


def _load(entry: EntryPoint) -> Any:
    return entry.load()
