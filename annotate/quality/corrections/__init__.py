"""What people did to the marks of a machine: each change by geometry, counted, and told."""
