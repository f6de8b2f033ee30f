"""A gateway that follows a real control service, both on loopback; control keeps what it knows in memory."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from chassis.channel import ChannelSettings
from chassis.identity import IdentitySettings, generate_keys
from chassis.routing import Routing
from chassis.server import ServerSettings, running
from chassis.snapshot import SnapshotSettings, new_key
from chassis.snapshot.following import News, followed
from control.seeding import seed
from fakes.answers import FakeAnswers
from fakes.control_store import FakeStore
from fakes.counts import FakeCounts
from fakes.records import FakeRecords
from gateway.assembly import Gateway, Shared
from gateway.audit.records import Records
from gateway.behind import behind
from gateway.control.watching import control as watched
from gateway.limits.running import limiting
from gateway.records.committing import Committer
from gateway.records.store import CommitLimits
from gateway.settings import GatewaySettings, TargetSettings
from rigs.acme import PROVIDER
from rigs.control import control

OPERATOR, _OPERATOR = new_key("operator")
ADMIN, _ADMIN = new_key("admin")
READER, _READER = new_key("reader")
FIRST = {
    "version": 1,
    "tenants": [{"name": "acme"}, {"name": "ops"}],
    "keys": [
        {"id": "operator", "tenant": "ops", "sha256": _OPERATOR, "roles": ["operator", "read"]},
        {"id": "admin", "tenant": "acme", "sha256": _ADMIN, "roles": ["admin"]},
        {"id": "reader", "tenant": "acme", "sha256": _READER, "roles": ["read"]},
    ],
}
SERVER = ServerSettings(port=0, health_port=0, settle=0, grace=0)


@dataclass
class Operated:
    """Where the gateway is, what it follows, and what control keeps."""

    address: str
    news: News
    store: FakeStore


@asynccontextmanager
async def operated(folder: Path) -> AsyncIterator[Operated]:
    """Run both until the block ends."""
    files, store, file = generate_keys(folder), FakeStore(), folder / "config.yaml"
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    file.write_text(yaml.safe_dump(FIRST))
    await seed(store, file, "")
    async with AsyncExitStack() as stack:
        target = await stack.enter_async_context(control(store, store, keys.verifier()))
        source = await stack.enter_async_context(watched(target))
        news = await stack.enter_async_context(followed(source, SnapshotSettings(control_target=target)))
        routing, targets = Routing(news.now), TargetSettings(control_target=target)
        services = await stack.enter_async_context(behind(targets, ChannelSettings(), keys.signer(), routing))
        settings = GatewaySettings()
        limits = await stack.enter_async_context(limiting(FakeCounts(time.time), settings))
        kept = FakeRecords()
        committer = Committer(kept, CommitLimits(pause=0.05))
        await stack.enter_async_context(committer.running())
        records = Records(committer=committer, audit=kept, usage=kept)
        shared = Shared(shelf=FakeAnswers(), limiting=limits, records=records)
        gateway = Gateway(news.now, PROVIDER.fetch, services, shared, settings)
        news.told(gateway.heed)
        ports = await stack.enter_async_context(running(SERVER, *gateway.mounts(), verifier=None))
        yield Operated(f"127.0.0.1:{ports.port}", news, store)
