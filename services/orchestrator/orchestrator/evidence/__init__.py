"""Evidence: what the sources say, line by line, and whether it is enough."""
