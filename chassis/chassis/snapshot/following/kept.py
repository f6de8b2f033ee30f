"""The last good snapshot on disk, for a start while control is away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from chassis.snapshot.types import Snapshot

_OWNER_ONLY: Final = 0o600
_log = structlog.get_logger("chassis.snapshot")


class Kept:
    """A file with a snapshot as control sent it, or nothing where there is no place for one."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def read(self) -> Snapshot | None:
        """Return what was kept; None when nothing was, or what is there cannot be read."""
        if self._file is None or not self._file.exists():
            return None
        try:
            return Snapshot.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError) as failure:
            _log.warning("the snapshot that was kept cannot be read", failure=type(failure).__name__)
            return None

    def write(self, document: bytes) -> None:
        """Replace what is kept, whole or not at all. A full disk is no reason not to heed a change."""
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as out:
                out.write(document)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self._file)
        except OSError as failure:
            _log.warning("the snapshot cannot be kept", failure=str(failure))
