"""Control as processes over one real PostgreSQL, and real services that follow it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

import control.migrate
import gateway.migrate
import ingestion.migrate
from chassis import identity
from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings, KeyFiles, generate_keys
from control.postgres import PostgresStore, pool
from rigs.postgres import postgres
from rigs.program import Program, program

OPERATOR = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"operator"}), key_id="root")
FIRST = {"tenants": [{"name": "acme"}]}
CHANGED = "the configuration changed"


@dataclass
class ControlPlane:
    """Replicas of control, and who follows them."""

    folder: Path
    dsn: str
    keys: KeyFiles
    replicas: list[Program]
    followers: dict[str, Program] = field(default_factory=dict)

    async def apply(self, *resources: dict, at: int = 0, expected: int = 0) -> int:
        """Declare resources at one of the replicas; return the version that has them."""
        manifest = yaml.safe_dump_all(resources, sort_keys=False).encode()
        signer = IdentitySettings(identity_private_key_file=self.keys.private).signer()
        async with connect(self.replicas[at].address, "control", signer=signer) as channel:
            with identity.bound(OPERATOR):
                request = pb.ApplyRequest(manifest=manifest, expected_version=expected)
                return (await rpc.ControlServiceStub(channel).Apply(request)).version

    async def follow(self, service: str, env: dict[str, str], *, at: int = 0, listeners: Sequence[str] = ()) -> Program:
        """Start a service that follows one of the replicas."""
        every = {
            "FOREBAY_CONTROL_TARGET": self.replicas[at].address,
            "FOREBAY_SNAPSHOT_FILE": str(self.folder / f"{service}.json"),
            "FOREBAY_IDENTITY_PUBLIC_KEY_FILE": str(self.keys.public),
            "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(self.keys.private),
            "FOREBAY_POSTGRES_DSN": self.dsn,
        }
        self.followers[service] = made = program(service, self.folder, every | env, listeners=listeners)
        await made.start()
        return made

    def heard(self, service: str) -> list[int]:
        """Return the versions that the service says it took over, after that of its start."""
        lines = self.followers[service].log.read_text().splitlines()
        events = (json.loads(line) for line in lines if line.startswith("{"))
        return [event["version"] for event in events if event["event"] == CHANGED]

    async def everywhere(self, version: int) -> dict[str, float]:
        """Return after how many seconds from now each follower has that version."""
        took = await asyncio.gather(*(self._has(one, version) for one in self.followers))
        return dict(zip(self.followers, took, strict=True))

    async def _has(self, service: str, version: int) -> float:
        return await until(lambda: version in self.heard(service))


async def until(true: Callable[[], bool], seconds: float = 30.0) -> float:
    """Return after how many seconds it is true; it is looked at a hundred times a second."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.01)
    return clock() - began


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[PostgresStore]:
    """Open the store of a replica until the block ends."""
    async with pool(dsn, 2, 10) as connections:
        yield PostgresStore(connections, 10)


def tokeniser(folder: Path) -> Path:
    """Write a tokeniser that knows no word."""
    path = folder / "tokenizer.json"
    Tokenizer(WordLevel({"[UNK]": 0}, "[UNK]")).save(str(path))
    return path


@asynccontextmanager
async def control_plane(folder: Path, replicas: int = 1, **first: object) -> AsyncIterator[ControlPlane]:
    """Run so many replicas of control until the block ends; the first snapshot is what `first` says."""
    keys, file = generate_keys(folder), folder / "config.yaml"
    file.write_text(yaml.safe_dump({"version": 1, **(first or FIRST)}))
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(postgres())
        for migrate in (ingestion.migrate.migrate, gateway.migrate.migrate, control.migrate.migrate):
            await asyncio.to_thread(migrate, dsn)
        env = {
            "FOREBAY_CONFIG_FILE": str(file),
            "FOREBAY_POSTGRES_DSN": dsn,
            "FOREBAY_IDENTITY_PUBLIC_KEY_FILE": str(keys.public),
        }
        made = [program("control", folder, env, name=f"control-{number}") for number in range(replicas)]
        plane = ControlPlane(folder, dsn, keys, made)
        stack.push_async_callback(_ended, plane)
        await asyncio.gather(*(one.start() for one in made))
        yield plane


async def _ended(plane: ControlPlane) -> None:
    await asyncio.gather(*(one.kill() for one in (*plane.followers.values(), *plane.replicas)))
