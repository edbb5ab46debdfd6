"""Segments on disk: immutable, sealed each with a key of its own, and found again by what the database says."""
