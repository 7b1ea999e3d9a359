"""Checks on data, as data: a rule becomes one expression."""
