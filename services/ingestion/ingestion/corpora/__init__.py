"""What a corpus is to the one who writes it, and how one is made."""
