"""What a report tells of the work in an export version: who did what, how fast, and on what."""
