"""Prompt templates that come with the service: files with a name and a version, checked when the service starts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from chassis.snapshot import Prompt

FOLDER: Final = Path(__file__).parent / "templates"
"""The templates that come with the service, one file each, named `name@version.toml`."""


class BrokenTemplate(ValueError):
    """The file holds no template; the message says what is wrong."""


def load(label: str, folder: Path = FOLDER) -> Prompt:
    """Return the template `name@version`; raise `BrokenTemplate` when there is none or it is wrong."""
    path = folder / f"{label}.toml"
    try:
        template = Prompt(**tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise BrokenTemplate(f"there is no prompt template {label}; known are: {known}") from None
    except (tomllib.TOMLDecodeError, ValidationError) as failure:
        raise BrokenTemplate(f"{path.name}: {failure}") from failure
    if template.label != label:
        raise BrokenTemplate(f"{path.name} calls itself {template.label}")
    return template
