"""Calls with many rows: over numbers of texts, piece by piece, so that the memory they take does not grow with the rows."""

import os

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Arrow reads this when it is first loaded. Its own pool hands memory back after each piece and asks for it anew."""
