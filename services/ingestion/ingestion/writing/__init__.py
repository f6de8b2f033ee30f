"""A document's way from the caller to the commit: read, cut, weighed, embedded."""
