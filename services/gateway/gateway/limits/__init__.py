"""How much tenants, keys and models may use: reserved before the work, settled after it, exact across gateways."""
