"""Other indexes of a corpus: built beside the live one, switched to, kept, dropped."""
