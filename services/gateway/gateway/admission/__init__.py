"""How much is let in, and who goes first when not everybody can be served in time."""
