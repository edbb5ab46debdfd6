"""Observations on disk, in parcels that each have one owner; and the one door through which figures are read."""
