"""Runs in the process that Triton starts; Triton names the file."""
