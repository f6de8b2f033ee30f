"""The base of everything that an operator may turn.

Settings are read from the environment once, at start, and never change after. A class of its own per concern keeps
them small; each field has a docstring that gives its unit and its reason.
"""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `FOREBAY_*`; a subclass sets a longer prefix of its own.

    Arguments win over the environment. A value out of range stops the process at start.
    """

    model_config = SettingsConfigDict(
        env_prefix="FOREBAY_",
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )
