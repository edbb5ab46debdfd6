"""Participants, agencies, people, what they may do for whom, and the viewer that each of them is."""
