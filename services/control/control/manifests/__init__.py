"""Documents of YAML, from anybody who may send them."""
