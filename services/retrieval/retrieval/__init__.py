"""Reads: finds chunks and documents."""
