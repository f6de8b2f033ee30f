"""Commands that fill corpora from elsewhere."""
