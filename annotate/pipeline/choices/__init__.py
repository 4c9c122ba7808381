"""Choices of a span (what type of source …), learned from what people chose."""
