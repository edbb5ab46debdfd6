"""Who takes part, who speaks, and how each counts."""
