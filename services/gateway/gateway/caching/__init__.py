"""Forgetting answers, when an administrator asks for it."""
