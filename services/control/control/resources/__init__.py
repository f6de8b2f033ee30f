"""What an operator declares: resources, and the snapshot that they make."""
