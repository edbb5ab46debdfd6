"""Calls with many rows: over numbers of texts, piece by piece, so that the memory they take does not grow with the rows."""
