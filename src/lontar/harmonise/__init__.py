"""National table -> observations and problems: read, map, check, account. Knows no catalogue file and no framework."""
