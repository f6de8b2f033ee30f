"""`forebay models`: what Triton serves, and which role each model plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import aiohttp

from chassis.errors import Unavailable
from chassis.snapshot import Snapshot, load
from forebay_client.commands.connection import listening
from forebay_client.commands.output import CONSOLE, AsJson, emit, run
from forebay_client.stack.home import Home
from models.layout import POOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One model of the embedded stack."""

    pool: str
    model: str
    versions: Sequence[str]
    ready: bool
    roles: Sequence[str]
    """The roles whose routes name it."""


def models(*, as_json: AsJson = False) -> None:
    """List the models of the embedded stack: pool, versions, readiness, roles."""
    served = run(_served(load(Home.at().config)))
    if as_json:
        emit([asdict(one) for one in served])
        return
    for one in served:
        state = "ready" if one.ready else "not ready"
        roles = f"plays {', '.join(one.roles)}" if one.roles else "plays no role"
        versions = ", ".join(one.versions)
        CONSOLE.print(f"{one.pool:12} {one.model:18} version {versions:4} {state:10} {roles}", markup=False)


async def _served(snapshot: Snapshot) -> list[Served]:
    async with aiohttp.ClientSession() as session:
        return [await _asked(session, pool, model, snapshot) for pool, names in POOLS.items() for model in names]


async def _asked(session: aiohttp.ClientSession, pool: str, model: str, snapshot: Snapshot) -> Served:
    address = f"http://{listening(f'triton-{pool}', 'http')}/v2/models/{model}"
    try:
        async with session.get(f"{address}/ready") as response:
            ready = response.ok
        async with session.get(address) as response:
            versions = (await response.json())["versions"] if ready else []
    except aiohttp.ClientError as error:
        raise Unavailable(f"the Triton of pool {pool} does not answer") from error
    played = [route for route in snapshot.routes if any(target.model == model for target in route.targets)]
    return Served(pool=pool, model=model, versions=versions, ready=ready, roles=[route.role for route in played])
