"""A git repository at a ref as a source. The only file that runs git."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from chassis.errors import FailedPrecondition, InvalidArgument
from forebay_client.mirroring.words import Item, Skipped
from forebay_client.objects import Unreadable

FETCH_SECONDS: Final = 900.0
READ_SECONDS: Final = 60.0
USER: Final = re.compile(r"^([a-z+]+://)[^/@]*@")
ENTRY: Final = re.compile(rb"(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)", re.DOTALL)
LINK: Final = b"120000"
ENVIRONMENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
"""It asks nobody for a password, and an address starts no program."""


class Git:
    """What is committed at a ref; fetched without history into a folder that goes when the source is closed."""

    def __init__(self, url: str, ref: str) -> None:
        if url.startswith("-") or ref.startswith("-"):
            raise InvalidArgument("an address or a ref does not start with a dash")
        path = Path(url)
        self._url = path.resolve().as_uri() if path.exists() else url
        self._shown = USER.sub(r"\1", self._url)
        self._ref = ref or "HEAD"
        self._open = AsyncExitStack()
        self._reader: Process | None = None

    @property
    def mark(self) -> str:
        """The address without its user and password; the same for all refs."""
        return f"git+{self._shown}"

    async def items(self) -> AsyncIterator[Item | Skipped]:
        """Fetch the ref, then list its tree."""
        await self._git("fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", self._url, self._ref)
        for line in (await self._git("ls-tree", "-r", "-z", "--long", "FETCH_HEAD")).split(b"\0"):
            if entry := ENTRY.fullmatch(line):
                yield self._item(*entry.groups())

    async def read(self, item: Item) -> bytes:
        """Read a blob."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self._blob(item.version)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, IndexError, ValueError) as error:
            await self._ended()  # what it still says would be taken for the next blob
            raise Unreadable("git does not give it out") from error

    async def __aenter__(self) -> Self:
        self._folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="forebay-sync-"))
        await self._git("init", "--quiet", "--bare")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ended()
        await self._open.aclose()

    async def _ended(self) -> None:
        if self._reader is not None and self._reader.returncode is None:
            self._reader.kill()
            await self._reader.wait()
        self._reader = None

    def _item(self, mode: bytes, kind: bytes, blob: bytes, size: bytes, path: bytes) -> Item | Skipped:
        name = path.decode("utf-8", "backslashreplace")
        if name.encode() != path:
            return Skipped(name, "its name is not UTF-8")
        if kind != b"blob":
            return Skipped(name, "is a repository of its own", folder=True)
        if mode == LINK:
            return Skipped(name, "is a symbolic link")
        return Item(name, int(size), f"{self._shown}#{name}", blob.decode())

    async def _blob(self, blob: str) -> bytes:
        if self._reader is None:
            self._reader = await self._started("cat-file", "--batch", stdin=PIPE, stderr=DEVNULL)
        asked, told = self._reader.stdin, self._reader.stdout
        assert asked is not None  # noqa: S101 - both are pipes
        assert told is not None  # noqa: S101
        asked.write(f"{blob}\n".encode())
        size = int((await told.readline()).split()[2])
        return (await told.readexactly(size + 1))[:-1]

    async def _git(self, *arguments: str) -> bytes:
        process = await self._started(*arguments, stdin=DEVNULL, stderr=PIPE)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                told, complaint = await process.communicate()
        except TimeoutError as error:
            raise FailedPrecondition(f"git {arguments[0]} took longer than {FETCH_SECONDS:.0f} s") from error
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            lines = complaint.decode(errors="replace").replace(self._url, self._shown).strip().splitlines()
            raise FailedPrecondition(f"git {arguments[0]} of {self._shown} failed: {lines[-1] if lines else 'no word'}")
        return told

    async def _started(self, *arguments: str, stdin: int, stderr: int) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                "git",
                f"--git-dir={self._folder}",
                *arguments,
                stdin=stdin,
                stdout=PIPE,
                stderr=stderr,
                env=os.environ | ENVIRONMENT,
            )
        except OSError as error:
            raise FailedPrecondition("git cannot be started; it must be installed to sync a repository") from error
