"""Which files become documents, and how a BEIR corpus is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.errors import InvalidArgument
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
LONGEST_TITLE = 512


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
            yield from beir(file.path)
        else:
            mime_type = MIME_OF.get(file.path.suffix.lower(), "")
            yield Document(
                id=file.name, content=file.path.read_bytes(), mime_type=mime_type, uri=file.path.resolve().as_uri()
            )


def counted(files: Sequence[Found]) -> int:
    """Count the documents without reading what they say."""
    return sum(sum(1 for _ in _lines(file.path)) if file.path.suffix.lower() == BEIR else 1 for file in files)


def beir(path: Path) -> Iterator[Document]:
    """Read a corpus in BEIR's form: a line a document, with `_id`, `title` and `text`."""
    for number, line in _lines(path):
        match line:
            case {"_id": str(id_), "text": str(text), "title": str(title)} if text.strip() or title.strip():
                content = text if text.strip() else title
                yield Document(id=id_, content=content.encode(), mime_type="text/plain", title=title[:LONGEST_TITLE])
            case {"_id": str(id_), "text": str(text)} if text.strip() and "title" not in line:
                yield Document(id=id_, content=text.encode(), mime_type="text/plain")
            case _:
                raise InvalidArgument(
                    f"{path}, line {number}: a document has the texts _id and text, and may have title"
                )


def queries(path: Path) -> list[tuple[str, str]]:
    """Read queries in BEIR's form: a line a query, with `_id` and `text`; return (id, text)."""
    found_: list[tuple[str, str]] = []
    for number, line in _lines(path):
        match line:
            case {"_id": str(id_), "text": str(text)} if text.strip():
                found_.append((id_, text))
            case _:
                raise InvalidArgument(f"{path}, line {number}: a query has the texts _id and text")
    if not found_:
        raise InvalidArgument(f"{path} holds no query")
    return found_


def _wanted(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.is_file() and file.suffix.lower() in {*MIME_OF, BEIR}


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidArgument(f"{path} is not a file of JSON lines in UTF-8: {error}") from error
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read: {error.strerror}") from error
