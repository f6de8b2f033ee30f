"""The folder of a backup. Whoever calls does so in a thread: it reads and writes files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pydantic import TypeAdapter, ValidationError

from ingestion.backup.words import FORMAT, Damaged, Manifest, Record

__all__ = ["Folder", "Lines"]

MANIFEST: Final = "backup.json"
RECORD: Final[TypeAdapter[Record]] = TypeAdapter(Record)


class Lines:
    """A file of records that grows, and its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def add(self, records: Sequence[Record]) -> None:
        """Write records at the end."""
        for record in records:
            line = record.model_dump_json().encode() + b"\n"
            self._digest.update(line)
            self._file.write(line)

    @property
    def sha256(self) -> str:
        """Of what was written."""
        return self._digest.hexdigest()


class Folder:
    """Where a backup lies."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> None:
        """Make the folder; raise `FileExistsError` when there is something in it."""
        self._path.mkdir(parents=True, exist_ok=True)
        if any(self._path.iterdir()):
            raise FileExistsError(f"{self._path} is not empty; a backup needs a folder of its own")

    @contextmanager
    def records(self, name: str) -> Iterator[Lines]:
        """Write a file of records inside; it is on the disk when the block ends."""
        with (self._path / name).open("wb") as file:
            yield Lines(file)
            file.flush()
            os.fsync(file.fileno())

    def keep(self, digest: str, content: bytes) -> None:
        """Keep an original once; raise `Damaged` when it is not what its digest says."""
        place = self._original(digest)
        if place.exists():
            return
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged(f"the store's original {digest} is not what was put; nothing can be saved of it")
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(content)
        part.rename(place)

    def finish(self, manifest: Manifest) -> None:
        """Say that the backup is whole."""
        part = self._path / f"{MANIFEST}.part"
        part.write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
        part.rename(self._path / MANIFEST)

    def manifest(self) -> Manifest:
        """Return what there is; raise `Damaged` when this is no backup, or of a release that we do not know."""
        try:
            found = Manifest.model_validate_json((self._path / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise Damaged(f"{self._path} has no {MANIFEST}: it is no backup, or one that was cut off") from None
        except ValidationError as failure:
            raise Damaged(f"{MANIFEST} cannot be read: {failure.errors()[0]['msg']}") from None
        if found.format > FORMAT:
            raise Damaged(f"the backup has format {found.format}; this release reads up to {FORMAT}")
        return found

    def read(self, name: str, sha256: str, most: int) -> Iterator[list[Record]]:
        """Yield the records of a file in portions; raise `Damaged`, at the latest at its end, when it was changed."""
        digest, portion = hashlib.sha256(), list[Record]()
        try:
            with (self._path / name).open("rb") as file:
                for line in file:
                    digest.update(line)
                    portion.append(RECORD.validate_json(line))
                    if len(portion) == most:
                        yield portion
                        portion = []
        except FileNotFoundError:
            raise Damaged(f"{name} is missing") from None
        except ValidationError as failure:
            raise Damaged(f"{name} holds a record that cannot be read: {failure.errors()[0]['msg']}") from None
        if digest.hexdigest() != sha256:
            raise Damaged(f"{name} was changed or cut off")
        yield portion

    def original(self, digest: str) -> bytes:
        """Return an original; raise `Damaged` when it is missing or not what its digest says."""
        try:
            content = self._original(digest).read_bytes()
        except FileNotFoundError:
            raise Damaged(f"the original {digest} is missing") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged(f"the original {digest} was changed or cut off")
        return content

    def _original(self, digest: str) -> Path:
        return self._path / "originals" / digest[:2] / digest
