"""One request from the door to its record: who asks, what for, and what was done for it."""
