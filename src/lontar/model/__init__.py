"""What every room speaks of: figures, mappings, people, problems. Frozen, no disk, no engine, no framework."""
