"""Records of requests, and what was used."""
