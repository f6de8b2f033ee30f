"""Answers that were given before, and may be given again."""
