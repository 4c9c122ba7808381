"""Judging spans: pure functions on records."""
