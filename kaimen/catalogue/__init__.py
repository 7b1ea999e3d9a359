"""Catalogue: entries of every kind, their review and versions; search."""
