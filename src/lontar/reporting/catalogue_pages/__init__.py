"""The catalogue as people read it: indicators, code lists, participants, mappings and their crosswalks. Everybody sees the same."""
