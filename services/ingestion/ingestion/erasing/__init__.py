"""Erases documents: all traces of them, and a record of having looked."""
