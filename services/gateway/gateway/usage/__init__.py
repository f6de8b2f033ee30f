"""What was used, as administrators ask for it."""
