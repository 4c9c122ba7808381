"""Versions of human work on disk."""
