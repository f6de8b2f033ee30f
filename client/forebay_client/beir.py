"""Collections in BEIR's form: a JSON line a document, a JSON line a query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chassis.errors import InvalidArgument
from forebay_client.documents import Document

LONGEST_TITLE = 512


def documents(path: Path) -> Iterator[Document]:
    """Read a corpus in BEIR's form: a line a document, with `_id`, `title` and `text`."""
    for number, line in lines(path):
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
    for number, line in lines(path):
        match line:
            case {"_id": str(id_), "text": str(text)} if text.strip():
                found_.append((id_, text))
            case _:
                raise InvalidArgument(f"{path}, line {number}: a query has the texts _id and text")
    if not found_:
        raise InvalidArgument(f"{path} holds no query")
    return found_


def lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the lines that hold something, with their numbers from 1."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidArgument(f"{path} is not a file of JSON lines in UTF-8: {error}") from error
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read: {error.strerror}") from error
