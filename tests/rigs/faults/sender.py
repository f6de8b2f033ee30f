"""A client of its own, to be killed: puts documents without end and says of each that it was acknowledged."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing

from forebay_client import AsyncClient
from rigs.faults.papers import number, paper


async def main(address: str, corpus: str, first: int, count: int, operations: int) -> None:
    """Write `operations` versions of `count` documents; the key comes on the first line of the input."""
    async with AsyncClient(address, sys.stdin.readline().strip()) as client:
        for operation in range(1, operations + 1):
            papers = [paper(first + place, operation) for place in range(count)]
            async with aclosing(client.put(papers, corpus=corpus)) as results:
                async for result in results:
                    if result.HasField("committed"):
                        print(number(result.document_id), operation, flush=True)  # noqa: T201 - to whoever kills it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3], *map(int, sys.argv[3:6])))
