"""All that knows spaCy."""
