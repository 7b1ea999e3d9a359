"""API operations of this room."""
