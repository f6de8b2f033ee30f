"""Writes: parses, chunks, embeds, indexes and commits documents."""
