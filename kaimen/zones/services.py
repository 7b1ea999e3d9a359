"""Verbs of this room: the only writers. Empty until zones is furnished: authorised operation: data that may not leave, workspaces, egress review."""
