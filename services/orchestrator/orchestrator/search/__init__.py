"""Search: a question becomes a vector, the vector finds chunks."""
