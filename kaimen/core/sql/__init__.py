"""Governed SQL: a tuple of small rewrites that fail closed."""
