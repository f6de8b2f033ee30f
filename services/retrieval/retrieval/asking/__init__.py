"""Who asks, and a search as it comes over the wire: a query, and its vector with it or after it."""
