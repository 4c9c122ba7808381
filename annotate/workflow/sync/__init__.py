"""The loop: push, pull, refresh, and what a sync would do."""
