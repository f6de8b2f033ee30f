"""`forebay sync` with a gateway that answers from memory, and a folder with three files."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server

from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from forebay_client import AsyncClient
from forebay_client.commands.filling.syncing import synced
from forebay_client.mirroring.choosing import source_at
from forebay_client.mirroring.report import Report
from forebay_client.mirroring.wishes import Wishes

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)
FOREBAY = str(Path(sys.executable).parent / "forebay")


@dataclass(frozen=True)
class Syncing:
    """A gateway, and what is synced to its corpus `docs`."""

    gateway: FakeGateway
    address: str
    folder: Path

    async def __call__(self, source: Path | str = "", ref: str = "", **wishes) -> Report:
        """Sync once; the default source is the folder."""
        source = source_at(str(source or self.folder), ref)
        return await synced(AsyncClient(self.address, KEY), source, "docs", Wishes(**wishes))

    @property
    def documents(self):
        """What the corpus holds, by id."""
        return self.gateway.corpora["docs"]

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> None:
        """Run git in the folder."""
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", "-C", str(self.folder), *who, *arguments], check=True, capture_output=True)

    async def forebay(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        """Start the command line."""
        return await asyncio.create_subprocess_exec(
            *(FOREBAY, *arguments, "--corpus", "docs"),
            env=os.environ | {"FOREBAY_ADDRESS": self.address, "FOREBAY_API_KEY": KEY} | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@asynccontextmanager
async def syncing(folder: Path) -> AsyncIterator[Syncing]:
    """Serve the gateway until the block ends; fill the folder."""
    gateway = FakeGateway()
    mount = partial(add_GatewayServiceServicer_to_server, gateway)
    async with running(SETTINGS, mount, verifier=None) as ports:
        rig = Syncing(gateway, f"127.0.0.1:{ports.port}", folder)
        for name in ("a.md", "b.md", "c.md"):
            rig.write(name, f"# {name}\n")
        yield rig
