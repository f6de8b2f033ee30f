"""Bulk work: jobs, their shards, and who works on which."""
