"""Counting: the rules, and counts within this process."""
