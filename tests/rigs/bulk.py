"""Bulk work with a gateway that answers from memory, and manifests of generated documents."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.gateway.v1alpha1.jobs_pb2_grpc import add_JobServiceServicer_to_server

from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from fakes.gateway_jobs import FakeGatewayJobs
from forebay_client import AsyncClient

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)

PROGRAM = """
import sys
from pathlib import Path
from forebay_client.commands.app import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text().split()
    print(int(status[status.index("VmHWM:") + 1]) // 1024, file=sys.stderr)
"""
"""The command line; the last line on standard error is the most memory that it had, in MiB."""


@dataclass(frozen=True)
class Bulk:
    """A gateway, its jobs, and a folder."""

    gateway: FakeGateway
    jobs: FakeGatewayJobs
    address: str
    folder: Path

    @property
    def documents(self):
        """What the corpus holds, by id."""
        return self.gateway.corpora["docs"]

    def client(self) -> AsyncClient:
        """Return a client."""
        return AsyncClient(self.address, KEY)

    def manifest(self, *lines) -> str:
        """Write a manifest of these lines."""
        path = self.folder / "manifest.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return str(path)

    def generated(self, count: int) -> str:
        """Write so many documents as one file, and a manifest that names it so many times."""
        (self.folder / "page.md").write_text("# A page\n\nTurbines turn in the forebay.\n" * 8, encoding="utf-8")
        return self.manifest(*({"path": "page.md", "document_id": f"{number}.md"} for number in range(count)))

    async def forebay(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the command line."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, *arguments),
            env=os.environ | {"FOREBAY_ADDRESS": self.address, "FOREBAY_API_KEY": KEY},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@asynccontextmanager
async def bulk(folder: Path) -> AsyncIterator[Bulk]:
    """Serve the gateway until the block ends; it has the corpus `docs`."""
    gateway, jobs = FakeGateway(), FakeGatewayJobs()
    gateway.corpora["docs"] = {}
    mounts = (
        partial(add_GatewayServiceServicer_to_server, gateway),
        partial(add_JobServiceServicer_to_server, jobs),
    )
    async with running(SETTINGS, *mounts, verifier=None) as ports:
        yield Bulk(gateway, jobs, f"127.0.0.1:{ports.port}", folder)
