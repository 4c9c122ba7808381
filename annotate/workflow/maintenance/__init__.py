"""Rare and careful work: purge, restore, migrate, rename."""
