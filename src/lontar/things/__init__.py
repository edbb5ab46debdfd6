"""Everything that has existence: its facts, its sharing terms, and the acts that change them."""
