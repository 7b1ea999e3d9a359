"""Pages of this room. Empty until zones is furnished: authorised operation: data that may not leave, workspaces, egress review."""
