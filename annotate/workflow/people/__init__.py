"""The people who annotate: who they are, the order of their work, review."""
