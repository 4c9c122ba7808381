"""The commands, one file a group: read options, plan, confirm, apply, show."""
