"""The command line: options, progress and tables. It computes nothing."""

from annotate.cli.app import main

__all__ = ["main"]
