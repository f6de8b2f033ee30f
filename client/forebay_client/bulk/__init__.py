"""Bulk work: a manifest of documents, cut into shards that any number of workers take.

Nothing here grows with the number of documents: a manifest is read piece by piece when it is cut, and a worker holds
one shard of it at a time.
"""
