"""The catalogue: indicators, code lists, participants, reporters and method sheets, read from files that experts review."""

from lontar.catalogue.loader import Catalogue, default_root, open_catalogue

__all__ = ["Catalogue", "default_root", "open_catalogue"]
