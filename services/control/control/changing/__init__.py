"""How resources change: planned, checked as a whole, committed as the next version."""
