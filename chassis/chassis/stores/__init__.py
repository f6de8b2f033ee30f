"""Where the stores are that several services use; each service has an adapter of its own."""
