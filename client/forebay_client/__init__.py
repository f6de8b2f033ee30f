"""Asks: the Python client, the command line and the embedded stack."""
