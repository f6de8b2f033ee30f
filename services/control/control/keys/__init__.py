"""API keys: made, given other secrets, ended."""
