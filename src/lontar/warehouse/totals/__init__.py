"""Regional totals: what enters an edition, how it is frozen, and how members read it."""
