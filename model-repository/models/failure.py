"""The one thing that goes wrong here: something that the reader of the message can put right."""

from __future__ import annotations


class ModelsError(Exception):
    """The models cannot be built, checked or served; the message says what to do."""
