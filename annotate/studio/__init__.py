"""All that knows Label Studio."""
