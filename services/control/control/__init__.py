"""The control plane: what an operator declares, versioned, and told to every service."""
