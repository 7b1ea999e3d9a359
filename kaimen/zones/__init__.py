"""Zones: authorised operation: data that may not leave, workspaces, egress review."""
