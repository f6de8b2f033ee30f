"""Where a manifest and its documents lie."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from chassis.errors import FailedPrecondition, InvalidArgument
from forebay_client.bulk.entries import Entry
from forebay_client.objects import Objects, Unreadable

PLACES: Final = 16
"""Buckets that are kept open."""


class Manifest:
    """A manifest at a path of this machine, or at an address; `where` is what other workers are told."""

    def __init__(self, where: str) -> None:
        if "://" not in where:
            path = Path(where).resolve()
            if not path.is_file():
                raise InvalidArgument(f"there is no manifest {where}")
            where = path.as_uri()
        self.where = where
        self._folder, _, self._name = where.rpartition("/")
        self._objects = Objects(f"{self._folder}/")

    async def pieces(self) -> AsyncIterator[bytes]:
        """Read it piece by piece; raise `FailedPrecondition` when it cannot be read."""
        try:
            async for piece in self._objects.pieces(unquote(self._name)):
                yield piece
        except Unreadable as failure:
            raise FailedPrecondition(f"the manifest {self.where} {failure}") from failure

    async def part(self, start: int, end: int) -> bytes:
        """Read a piece of it; raise `FailedPrecondition` when it cannot be read."""
        try:
            return await self._objects.part(unquote(self._name), start, end)
        except Unreadable as failure:
            raise FailedPrecondition(f"the manifest {self.where} {failure}") from failure

    def address(self, entry: Entry) -> str:
        """Return where a document's content is."""
        if entry.uri:
            return entry.uri
        if entry.path.startswith("/"):
            return f"file://{quote(entry.path)}"
        return f"{self._folder}/{quote(entry.path)}"

    async def content(self, entry: Entry) -> bytes:
        """Read a document's content; raise `Unreadable`."""
        scheme, _, rest = self.address(entry).partition("://")
        host, _, path = rest.partition("/")
        if scheme == "file":
            path = posixpath.normpath(path)
        if not path:
            raise Unreadable("its address names a place and no object")
        return await _place(f"{scheme}://{host}/").read(unquote(path))


@lru_cache(PLACES)
def _place(url: str) -> Objects:
    try:
        return Objects(url)
    except InvalidArgument as failure:
        raise Unreadable(str(failure)) from failure
