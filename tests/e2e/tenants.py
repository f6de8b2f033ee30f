"""Many tenants who search, from inside the cluster: which target of a role each of them is given.

Runs in a pod of the client's image. Reads JSON from standard input: the keys by tenant, the role, and how many rounds;
prints one line of JSON a round: when it began (seconds since the epoch), the target by tenant, and how calls failed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import AsyncExitStack

from chassis.errors import AlreadyExists, ServiceError
from forebay_client.aio import AsyncClient

CORPUS = "empty"
AT_ONCE = 8


async def target(asker: AsyncClient, role: str) -> str:
    """Search and return which target of the role served; empty when the role has no route."""
    found = await asker.search("anything", corpus=CORPUS)
    return next((one.target for one in found.versions.routes if one.role == role), "")


async def main() -> None:
    """Make a corpus for each tenant, then search in rounds."""
    given = json.load(sys.stdin)
    address, room = os.environ["FOREBAY_ADDRESS"], asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        askers = {
            tenant: await stack.enter_async_context(AsyncClient(address, key)) for tenant, key in given["keys"].items()
        }

        async def prepare(asker: AsyncClient) -> None:
            async with room:
                try:
                    await asker.create_corpus(CORPUS)
                except AlreadyExists:
                    return

        async def ask(tenant: str, asker: AsyncClient, round_: dict[str, object]) -> None:
            async with room:
                try:
                    round_["targets"][tenant] = await target(asker, given["role"])
                except ServiceError as failure:
                    round_["failed"].append(f"{failure.reason}: {failure}")

        await asyncio.gather(*map(prepare, askers.values()))
        for _ in range(given["rounds"]):
            round_ = {"began": time.time(), "targets": {}, "failed": []}
            await asyncio.gather(*(ask(tenant, asker, round_) for tenant, asker in askers.items()))
            print(json.dumps(round_), flush=True)  # noqa: T201 - a program that reports


if __name__ == "__main__":
    asyncio.run(main())
