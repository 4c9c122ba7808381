"""How much memory a training takes at its highest, told before it begins."""

from __future__ import annotations

import psutil

# MB, fitted to whole commands on corpora of different size (benchmarks/README.md). The weights of
# the network and the arrays of a batch are part of the command's share: they do not grow.
_COMMAND = 275.0
_THOUSAND_WORDS = 0.035


def training_megabytes(words: int) -> float:
    """Return the expected peak of resident memory in MB, for the words of all texts that take part.

    Texts are read one at a time: what grows are small records of them, and the vocabulary. Words
    stand between white space.
    """
    return _COMMAND + _THOUSAND_WORDS * words / 1000


def available_megabytes() -> float | None:
    """Return the memory that is free for new work, in MB; None where the system does not tell."""
    try:
        return float(psutil.virtual_memory().available) / 1024**2
    except (OSError, psutil.Error):
        return None
