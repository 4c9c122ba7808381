"""Training on a graphics card, as `spacy train --gpu-id` does."""

from __future__ import annotations

from thinc.api import require_gpu

from annotate.errors import TrainingError

CPU = -1
"""The id that stands for no graphics card."""


def use_gpu(gpu_id: int) -> None:
    """Let what is made from here on compute on the card of that id; `CPU` changes nothing.

    Raises `TrainingError` that says what is missing where it cannot be used.
    """
    if gpu_id == CPU:
        return
    try:
        require_gpu(gpu_id)
    except (ValueError, RuntimeError, ImportError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TrainingError(
            f"--gpu-id {gpu_id}: spaCy cannot use that graphics card: {reason}",
            hint="it needs an NVIDIA card, its driver, and CuPy for the driver's CUDA "
            "(pip install 'spacy[cuda12x]'); without --gpu-id the processor trains",
        ) from None
