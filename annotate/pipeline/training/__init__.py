"""Training a pipeline with spaCy's own config system and loop."""
