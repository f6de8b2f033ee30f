"""Writes a manifest of what a source has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chassis.errors import InvalidArgument
from forebay_client.documents import MOST_BYTES
from forebay_client.mirroring.wishes import Wishes
from forebay_client.mirroring.words import Skipped, Source
from forebay_client.reading import mime_of


async def written(source: Source, out: Path, wishes: Wishes) -> tuple[int, int]:
    """Write a line for each wanted document; return how many there are, and how many were left out."""
    temporary = out.with_name(f"{out.name}.part")
    count = left = 0
    try:
        with temporary.open("w", encoding="utf-8") as file:
            async for one in source.items():
                if not wishes.globs.wanted(one.name):
                    continue
                if isinstance(one, Skipped) or not 0 < one.size <= MOST_BYTES:
                    left += 1
                    continue
                line: dict[str, Any] = {"uri": one.uri, "document_id": f"{wishes.prefix}{one.name}"}
                line |= {"mime_type": mime_of(one.name)} if mime_of(one.name) else {}
                line |= {"groups": sorted(wishes.groups)} if wishes.groups else {}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        temporary.replace(out)
    except OSError as error:
        raise InvalidArgument(f"{out} cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return count, left
