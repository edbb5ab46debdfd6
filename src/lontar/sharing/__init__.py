"""One policy, three readings of it: decisions in Python, row-level security in PostgreSQL, and proofs."""
