"""Distinct texts -> figures, periods, codes. Each distinct text is resolved once, in Python, by rules that stay."""
