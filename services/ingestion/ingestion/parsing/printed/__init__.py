"""Documents that say where their letters stand: PDF."""
