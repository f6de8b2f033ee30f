"""Documents as their writers sent them, passed on from retrieval."""
