"""Counts -> counts that may be shown: who stands behind a total, who could work a part of it out, and what all editions tell together."""
