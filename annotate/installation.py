"""How this annotate was installed, and so how an extra of it is added."""

from __future__ import annotations

import json
from importlib import metadata
from typing import Final
from urllib.parse import unquote, urlsplit

DISTRIBUTION: Final = "annotate-claims"
"""The name that pip knows; `annotate` alone is another project's."""

_STRANGER: Final = "annotate"


def install_hint(extra: str) -> str:
    """Return the next step where an extra of annotate is missing, one that fits the installation.

    A clone that was installed with `-e` says where it is (`direct_url.json`, PEP 610).
    """
    clone = _clone()
    if clone is None:
        return f"install it with: pip install '{DISTRIBUTION}[{extra}]'"
    return f"install it with: pip install -c constraints.txt -e '.[{extra}]', in {clone}"


def other_owner() -> str | None:
    """Return what to do where another distribution has installed its files over ours, else `None`.

    A stranger's package is called `annotate` and has a package of that name: whichever is installed
    last overwrites the other's files.
    """
    try:
        other = metadata.distribution(_STRANGER)
    except metadata.PackageNotFoundError:
        return None
    return (
        f"the distribution {_STRANGER!r} {other.version} is installed beside {DISTRIBUTION!r} and "
        f"has files of the same names. Next: pip uninstall {_STRANGER}, then install "
        f"{DISTRIBUTION} again"
    )


def _clone() -> str | None:
    try:
        text = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
        origin = json.loads(text or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return None
    if not isinstance(origin, dict) or not (origin.get("dir_info") or {}).get("editable"):
        return None
    return unquote(urlsplit(str(origin.get("url"))).path)
