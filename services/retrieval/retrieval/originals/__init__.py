"""Documents as their writers sent them."""
