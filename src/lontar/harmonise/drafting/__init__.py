"""Proposing a mapping for a file that nobody has mapped yet: it says what it sees, and where it doubts."""
