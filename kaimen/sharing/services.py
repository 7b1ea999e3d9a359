"""Verbs of this room: the only writers. Empty until sharing is furnished: requests between institutions, agreements, disposal."""
