"""Verbs of this room: the only writers."""
