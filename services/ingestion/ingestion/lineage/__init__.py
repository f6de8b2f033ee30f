"""Tells others what became visible: after each commit, never in its way."""
