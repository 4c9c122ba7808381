"""Which package brings what a config, or a pipeline that was trained with one, names."""

from __future__ import annotations

import re

from annotate.installation import install_hint

_EXTRAS = {"spacy-curated-transformers": "transformers", "curated_transformer": "transformers"}
_PACKAGES = {"spacy-transformers": "spacy-transformers", "transformer": "spacy-transformers"}


def package_hint(name: str) -> str | None:
    """Return what to install for a registered name, `PACKAGE.Function.v1` or a factory's."""
    start = name.partition(".")[0]
    if start in _EXTRAS:
        return install_hint(_EXTRAS[start])
    return f"install it with: pip install {_PACKAGES[start]}" if start in _PACKAGES else None


def error_hint(error: BaseException) -> str | None:
    """Return what to install where spaCy says that it has not found a name.

    For a network that other code has built, that it has to be trained anew.
    """
    if "mismatched structure" in str(error):
        return "another version of annotate made it: train it anew with annotate retrain"
    named = re.search(r"^\[E(?:002|893)\].*? (?:for|function) '([^']+)'", str(error).strip())
    return None if named is None else package_hint(named[1])
