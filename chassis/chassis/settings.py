"""The base of everything that an operator may turn.

Settings are read from the environment once, at start, and never change after. A class of its own per concern keeps
them small; each field has a docstring that gives its unit and its reason.
"""

from __future__ import annotations

import os
from typing import Final

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

SECRETS: Final = "FOREBAY_SECRETS"
"""Names a folder of files, each named after a setting and holding its value, as a cluster mounts secrets."""


class Settings(BaseSettings):
    """Read from `FOREBAY_*`; a subclass sets a longer prefix of its own.

    Arguments win over the environment, the environment over files of secrets. A value out of range stops the process
    at start.
    """

    model_config = SettingsConfigDict(
        env_prefix="FOREBAY_",
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read secrets from files where a folder is named: an environment is seen by too many."""
        folder = os.environ.get(SECRETS)
        secrets = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return (init_settings, env_settings, *secrets)
