"""How much memory a training takes at its highest, told before it begins."""

from __future__ import annotations

import psutil

# MB, fitted to whole trainings of different size (benchmarks/README.md). The weights of the network
# and the arrays of a batch are part of the program's share: they do not grow with the corpus.
_PROGRAM = 185.0
_SCORING = 65.0
_THOUSAND_KEPT = 0.1
_THOUSAND_LEARNED = 0.85
_THOUSAND_SCORED = 0.9


def training_megabytes(*, kept: int, learned: int, scored: int) -> float:
    """Return the expected peak of resident memory in MB, for numbers of words.

    `kept` are the words of all articles that the training has in hand, `learned` those of its
    largest stage, whose paragraphs lie in memory as examples with all that the rules mark, and
    `scored` those of the development articles, whole, likewise. Words stand between white space.
    """
    words = _THOUSAND_KEPT * kept + _THOUSAND_LEARNED * learned + _THOUSAND_SCORED * scored
    return _PROGRAM + (_SCORING if scored else 0.0) + words / 1000


def available_megabytes() -> float | None:
    """Return the memory that is free for new work, in MB; None where the system does not tell."""
    try:
        return float(psutil.virtual_memory().available) / 1024**2
    except (OSError, psutil.Error):
        return None
