"""The embedded stack: the whole system as local processes, started, watched and stopped together."""
