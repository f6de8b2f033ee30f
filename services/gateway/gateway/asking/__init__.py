"""How a question, a search or texts to embed are served, by whichever edge they came."""
