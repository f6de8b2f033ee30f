"""`forebay models`: what Triton serves, and which role each model plays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import aiohttp
from forebay.control.v1alpha1 import control_pb2 as pb

from chassis.errors import Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client, listening
from forebay_client.commands.output import CONSOLE, AsJson, emit, run
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
    served = run(_served(client()))
    if as_json:
        emit([asdict(one) for one in served])
        return
    for one in served:
        state = "ready" if one.ready else "not ready"
        roles = f"plays {', '.join(one.roles)}" if one.roles else "plays no role"
        versions = ", ".join(one.versions)
        CONSOLE.print(f"{one.pool:12} {one.model:18} version {versions:4} {state:10} {roles}", markup=False)


async def _served(connection: AsyncClient) -> list[Served]:
    async with connection as asking:
        roles = _roles(await asking.admin.resources("Route"))
    async with aiohttp.ClientSession() as session:
        return [
            await _asked(session, pool, model, roles.get((pool, model), []))
            for pool, names in POOLS.items()
            for model in names
        ]


def _roles(routes: Sequence[pb.Resource]) -> Mapping[tuple[str, str], list[str]]:
    """Return the roles that each model of a pool plays."""
    roles: dict[tuple[str, str], list[str]] = {}
    for route in routes:
        spec = json.loads(route.spec)
        for target in spec["targets"]:
            roles.setdefault((target.get("pool", ""), target.get("model", "")), []).append(spec.get("role", route.name))
    return roles


async def _asked(session: aiohttp.ClientSession, pool: str, model: str, roles: Sequence[str]) -> Served:
    address = f"http://{listening(f'triton-{pool}', 'http')}/v2/models/{model}"
    try:
        async with session.get(f"{address}/ready") as response:
            ready = response.ok
        async with session.get(address) as response:
            versions = (await response.json())["versions"] if ready else []
    except aiohttp.ClientError as error:
        raise Unavailable(f"the Triton of pool {pool} does not answer") from error
    return Served(pool=pool, model=model, versions=versions, ready=ready, roles=roles)
