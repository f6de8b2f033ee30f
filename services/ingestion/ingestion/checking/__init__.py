"""Looks at documents on their way in, alone and beside the others of their corpus, and decides who is held back."""
