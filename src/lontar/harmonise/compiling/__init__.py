"""A mapping, the landed files and their distinct texts -> a plan."""
