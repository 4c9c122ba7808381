"""How far the raters of the same articles agree: people among themselves, and model versions."""
