"""Lontar: the shared record of a region on people smuggling, trafficking in persons and irregular movement."""

__version__ = "0.1.0"
