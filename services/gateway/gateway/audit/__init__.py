"""Records, as administrators ask for them."""
