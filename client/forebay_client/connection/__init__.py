"""What hangs on one connection to a gateway."""
