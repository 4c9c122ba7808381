"""Rare and careful work: purge, restore, merge, migrate, rename."""
