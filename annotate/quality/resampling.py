"""Which articles a bootstrap draws: decided by a seed, and never all in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Resamples:
    """So many draws of as many articles as there are, with replacement; the same each time."""

    articles: int
    samples: int
    seed: int = 0

    def __len__(self) -> int:
        return self.samples

    def __iter__(self) -> Iterator[npt.NDArray[np.int64]]:
        """Yield the indices of the articles of each draw."""
        rng = np.random.default_rng(self.seed)
        for _ in range(self.samples):
            yield rng.integers(0, max(1, self.articles), size=self.articles)
