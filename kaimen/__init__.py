"""Kaimen (开门): the software with which a public body carries out a public-data law. See ARCHITECTURE.md for the floors."""

__version__ = "0.1.0"
