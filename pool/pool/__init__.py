"""How a service calls a model."""
