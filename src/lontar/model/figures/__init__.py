"""Figures: what they are counted in and by, when they hold, and why they may not be there."""
