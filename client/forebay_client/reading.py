"""Which files become documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from chassis.errors import InvalidArgument
from forebay_client import beir
from forebay_client.documents import Document

MIME_OF = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".rst": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
}
"""The files that are taken from a folder. A file that is named itself is always taken."""

BEIR = ".jsonl"


def mime_of(name: str) -> str:
    """Return the media type that a name's ending tells; empty leaves it to the server."""
    return MIME_OF.get(PurePosixPath(name).suffix.lower(), "")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds one document, or a JSONL file that holds many."""

    path: Path
    name: str


def found(paths: Sequence[Path]) -> list[Found]:
    """List the files below the paths, sorted, hidden ones left out; a name is relative to the folder that was given."""
    files: list[Found] = []
    for path in paths:
        if path.is_dir():
            files += [
                Found(file, file.relative_to(path).as_posix())
                for file in sorted(path.rglob("*"))
                if _wanted(file, path)
            ]
        elif path.exists():
            files.append(Found(path, path.name))
        else:
            raise InvalidArgument(f"there is no file or folder {path}")
    return files


def documents(files: Sequence[Found]) -> Iterator[Document]:
    """Read the documents one after the other; never more than one file is in memory."""
    for file in files:
        if file.path.suffix.lower() == BEIR:
            yield from beir.documents(file.path)
        else:
            yield Document(
                id=file.name,
                content=file.path.read_bytes(),
                mime_type=mime_of(file.name),
                uri=file.path.resolve().as_uri(),
            )


def counted(files: Sequence[Found]) -> int:
    """Count the documents without reading what they say."""
    return sum(sum(1 for _ in beir.lines(file.path)) if file.path.suffix.lower() == BEIR else 1 for file in files)


def _wanted(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.is_file() and file.suffix.lower() in {*MIME_OF, BEIR}
