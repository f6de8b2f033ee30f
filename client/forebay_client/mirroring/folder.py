"""A folder of this machine as a source."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from chassis.errors import InvalidArgument
from forebay_client.mirroring.words import Item, Skipped
from forebay_client.objects import Unreadable

TRIES = 3
STEPS = 512


class Folder:
    """Everything below a folder. Links are followed to files inside it, and nowhere else."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InvalidArgument(f"there is no folder {path}")
        self._root = path.resolve()

    @property
    def mark(self) -> str:
        """The folder's address on this machine."""
        return self._root.as_uri()

    async def items(self) -> AsyncIterator[Item | Skipped]:
        """Walk the folder in a thread, some steps at a time; hidden folders are not entered."""
        walking = _walked(self._root)
        while some := await asyncio.to_thread(lambda: list(islice(walking, STEPS))):
            for item in some:
                yield item

    async def read(self, item: Item) -> bytes:
        """Read a file whole, as it was at one moment."""
        return await asyncio.to_thread(_steady, self._root / item.name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return


def _walked(root: Path) -> Iterator[Item | Skipped]:
    """Go through all folders, however deep they are nested."""
    left = [root]
    while left:
        folder = left.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == root:
                raise InvalidArgument(f"the folder {root} cannot be read: {error.strerror}") from error
            yield Skipped(_name(folder, root), f"cannot be read: {error.strerror}", folder=True)
            continue
        for entry in entries:
            path = Path(entry.path)
            if not _is_text(entry.name):
                yield Skipped(_name(path, root), "its name is not UTF-8", folder=entry.is_dir(follow_symlinks=False))
            elif entry.is_symlink():
                yield _linked(path, root)
            elif entry.is_dir() and not entry.name.startswith("."):
                left.append(path)
            elif entry.is_file():
                yield _file(path, root)


def _linked(path: Path, root: Path) -> Item | Skipped:
    name = _name(path, root)
    try:
        target = path.resolve(strict=True)
        is_folder = target.is_dir()
    except (OSError, RuntimeError):  # before Python 3.13 a loop is a RuntimeError
        return Skipped(name, "is a link to nothing, or to itself")
    if not target.is_relative_to(root):
        return Skipped(name, "is a link that leads out of the folder", folder=is_folder)
    return Skipped(name, "is a link to a folder", folder=True) if is_folder else _file(path, root)


def _file(path: Path, root: Path) -> Item | Skipped:
    try:
        return Item(_name(path, root), path.stat().st_size, path.as_uri())
    except OSError as error:
        return Skipped(_name(path, root), f"cannot be read: {error.strerror}")


def _steady(path: Path) -> bytes:
    """Read until nothing changed meanwhile."""
    try:
        for _ in range(TRIES):
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                content = file.read()
                after = path.stat()
            if _moment(before) == _moment(after) and len(content) == after.st_size:
                return content
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    raise Unreadable("changes while it is read")


def _moment(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _name(path: Path, root: Path) -> str:
    return os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")


def _is_text(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)
