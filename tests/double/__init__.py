"""A double of Label Studio: in memory, behind httpx's transport, held to the truth.

`tests/contract` asks the same of it and of a real server. What it does not know it refuses with an
error of its own (`NotImplementedError`), so that no test rests on a guess.
"""

from double.studio import DoubleStudio
from double.transport import FAULTS

__all__ = ["FAULTS", "DoubleStudio"]
