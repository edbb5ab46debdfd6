"""The one door through which figures are read: what the viewer may not see never enters a sum."""
