"""What can be asked of a gateway about how long corpora and documents stay, and how they go."""
