"""One running Lontar on one machine: its folder, its kind, its secrets, and its database server."""
