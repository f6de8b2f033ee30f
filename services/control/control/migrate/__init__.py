"""The shape of control's tables and its history."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from chassis import migrating

__all__ = ["HISTORY", "migrate"]

HISTORY: Final = migrating.History(Path(__file__).parent / "versions", "control_history")

migrate = partial(migrating.migrate, HISTORY)
"""Takes a database, by its connection string, to the newest revision or the one that is named."""
