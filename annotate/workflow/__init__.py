"""The verbs: one module each, plan, apply, result."""
