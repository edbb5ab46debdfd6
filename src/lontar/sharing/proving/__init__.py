"""The third reading: what must hold of every decision, for any number of States, proved by a solver."""
