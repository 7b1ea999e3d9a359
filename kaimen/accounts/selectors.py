"""Questions this room answers."""
