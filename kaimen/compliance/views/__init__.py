"""Pages of this room: the law and its board, and the registers beside it."""
