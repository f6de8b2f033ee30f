"""What is held back: listed, put again, thrown away."""
