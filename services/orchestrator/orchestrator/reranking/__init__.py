"""Reranking: the best candidates of a search are looked at again, more closely than an index can."""
