"""Which names of a source are wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from forebay_client.reading import MIME_OF


@dataclass(frozen=True)
class Globs:
    """What to take and what to leave.

    A pattern without `/` is about the last part of a name, one with `/` about all of it. `*` and `?` stay within a
    part, `**` stands for any number of parts.
    """

    include: Sequence[str] = ()
    """Empty takes what `forebay ingest` takes from a folder, by the ending of the name."""

    exclude: Sequence[str] = ()
    """Counts more than `include`; a pattern that fits a folder leaves out all below it."""

    def wanted(self, name: str) -> bool:
        """Say whether a file is taken."""
        if self.left_out(name):
            return False
        if self._include:
            return any(pattern.fullmatch(name) for pattern in self._include)
        return PurePosixPath(name).suffix.lower() in MIME_OF

    def left_out(self, name: str) -> bool:
        """Say whether a file or folder, or a folder that it is in, is hidden or excluded."""
        parts = name.split("/")
        if any(part.startswith(".") for part in parts):
            return True
        folders = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return any(pattern.fullmatch(folder) for folder in folders for pattern in self._exclude)

    @cached_property
    def _include(self) -> list[re.Pattern[str]]:
        return [_pattern(glob) for glob in self.include]

    @cached_property
    def _exclude(self) -> list[re.Pattern[str]]:
        return [_pattern(glob) for glob in self.exclude]


def _pattern(glob: str) -> re.Pattern[str]:
    anywhere = "" if "/" in glob.rstrip("/") else "(?:.*/)?"
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.strip("/"))
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(anywhere + "".join(meaning.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
