"""How chunks are found: two halves, one order."""
