"""Puts the gateway together: `python -m gateway`."""

from __future__ import annotations

import asyncio

from chassis.channel import ChannelSettings
from chassis.identity import IdentitySettings
from chassis.routing import Routing
from chassis.server import ServerSettings, running, until_stopped
from chassis.snapshot import SnapshotSettings
from chassis.telemetry import TelemetrySettings, telemetry
from gateway.access.following import Following
from gateway.assembly import SERVICES, Gateway
from gateway.behind import behind
from gateway.issuers import fetching
from gateway.settings import GatewaySettings, TargetSettings


async def main() -> None:
    """Serve until told to stop."""
    settings, signer = GatewaySettings(), IdentitySettings().signer()
    with telemetry("gateway", TelemetrySettings()):
        following = Following(SnapshotSettings().config_file, settings.config_interval)
        first = following.first()
        routing = Routing(first)
        async with behind(TargetSettings(), ChannelSettings(), signer, routing) as services, fetching() as fetch:
            gateway = Gateway(first, fetch, services, settings)
            mounts, pings = gateway.mounts(), {"orchestrator": services.orchestrator.ping}
            async with running(ServerSettings(), *mounts, pings=pings, verifier=None, services=SERVICES):
                watching = asyncio.create_task(following.watch(gateway.heed), name="configuration")
                await until_stopped()
                watching.cancel()


if __name__ == "__main__":
    asyncio.run(main())
