"""One running Lontar on one machine: its folder, its kind, its secrets, its database server, and its backups."""
