"""Intake: harmonised observations -> parcels that are each protected alike, and what that fixes for later ones."""
