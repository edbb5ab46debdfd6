"""An append-only record of who did or saw what, under which rule: a chain of hashes for each participant. It knows no people."""
