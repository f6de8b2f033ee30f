"""Prompts: versioned templates, and what fits into them."""
