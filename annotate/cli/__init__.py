"""The command line: options, progress and tables. It computes nothing."""
