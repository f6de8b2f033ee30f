"""What can be wrong with a request to the generator."""

from __future__ import annotations


class BadRequestError(Exception):
    """The caller asked for something that cannot be done; the message says what."""


class EngineError(Exception):
    """The engine failed at something that the caller had the right to ask."""
