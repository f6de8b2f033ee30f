"""Texts of many documents become vectors, in few calls to the model."""
