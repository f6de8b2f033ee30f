"""Answers: search, judge, generate, attribute, close."""
