"""The process that parses, and what it gives up before it does."""
