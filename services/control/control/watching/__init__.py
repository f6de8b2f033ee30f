"""The newest snapshot, and who waits for the next."""
