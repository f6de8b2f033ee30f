"""The process that holds all others of the stack: starts them, restarts them, and takes them with it when it goes."""
