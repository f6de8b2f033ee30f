"""Where what is found comes from."""
