"""The rule pre-labeller: Claims, Sources and Hedges without training."""
