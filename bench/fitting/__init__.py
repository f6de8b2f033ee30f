"""Fits what the orchestrator decides by: the gate, and the confidence of answers."""
