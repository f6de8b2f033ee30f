"""How an answer or a search is made."""
