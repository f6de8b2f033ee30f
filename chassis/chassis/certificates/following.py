"""Follows the files of certificates: what is new there is used for the next handshake; open connections stay.

Files that are broken change nothing: the last good ones are used on, and the log says what is wrong, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from chassis.certificates.files import BrokenCertificates, Files, Material, read
from chassis.certificates.meters import meters

Stamp = tuple[tuple[int, int, int], ...]
"""What tells that files are others: time of change, size and number of each."""

INTERVAL: Final = 10.0
"""Seconds between two looks. Certificates are renewed hours before the old ones end."""

_log = structlog.get_logger("chassis.certificates")


class Certificates:
    """The newest good certificate, key and authorities of some files."""

    def __init__(self, files: Files) -> None:
        """Read the files; raise `BrokenCertificates` or `OSError`, for without them nobody can be met safely."""
        self.files = files
        self._seen = _stamp(files)
        self._told: list[Callable[[Material], None]] = []
        self._complaint = ""
        self.current = read(files)
        meters().observe(self)

    def on_change(self, tell: Callable[[Material], None]) -> None:
        """Have every change told from now on, by a call in the loop that watches."""
        self._told.append(tell)

    async def watch(self, every: float = INTERVAL) -> None:
        """Look again every so many seconds, until cancelled."""
        while True:
            await asyncio.sleep(every)
            await self.look()

    async def look(self) -> bool:
        """Look once; tell whether something new and good was found."""
        stamp = _stamp(self.files)
        if stamp == self._seen:
            return False
        try:
            material = await asyncio.to_thread(read, self.files)
            for tell in self._told:
                tell(material)
        except (BrokenCertificates, OSError) as failure:
            # The stamp is not kept: whoever renews them may be half way through.
            self._complain(str(failure))
            return False
        self._seen, self.current, self._complaint = stamp, material, ""
        _log.info("the certificate changed", file=str(self.files.certificate))
        return True

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            _log.warning("the certificates are broken; the last good ones are used", failure=complaint)
        self._complaint = complaint


def _stamp(files: Files) -> Stamp | None:
    try:
        found = [file.stat() for file in files.all]
    except OSError:
        return None
    return tuple((status.st_mtime_ns, status.st_size, status.st_ino) for status in found)
