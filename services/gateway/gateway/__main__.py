"""Puts the gateway together: `python -m gateway`."""

from __future__ import annotations

import asyncio
from functools import partial

from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.gateway.v1alpha1 import jobs_pb2, jobs_pb2_grpc, keeping_pb2, keeping_pb2_grpc

from chassis.channel import ChannelSettings
from chassis.identity import IdentitySettings
from chassis.server import ServerSettings, running, until_stopped
from chassis.snapshot import Snapshot, SnapshotSettings
from chassis.telemetry import TelemetrySettings, telemetry
from gateway.access.credentials import Credentials
from gateway.access.following import Following
from gateway.access.keyring import Keyring
from gateway.access.oidc.issuers import Issuers
from gateway.access.policies import Policies
from gateway.asking.answering import Answering
from gateway.behind import behind
from gateway.door import Door
from gateway.issuers import fetching
from gateway.jobs.servicer import JobServicer
from gateway.keeping.servicer import KeepingServicer
from gateway.rpc.servicer import GatewayServicer
from gateway.settings import GatewaySettings, TargetSettings

SERVICES = (
    pb.DESCRIPTOR.services_by_name["GatewayService"].full_name,
    jobs_pb2.DESCRIPTOR.services_by_name["JobService"].full_name,
    keeping_pb2.DESCRIPTOR.services_by_name["KeepingService"].full_name,
)


async def main() -> None:
    """Serve until told to stop."""
    settings, signer = GatewaySettings(), IdentitySettings().signer()
    with telemetry("gateway", TelemetrySettings()):
        async with behind(TargetSettings(), ChannelSettings(), signer) as services, fetching() as fetch:
            following = Following(SnapshotSettings().config_file, settings.config_interval)
            first = following.first()
            credentials = Credentials(Keyring(first), Issuers(first.issuers, fetch))
            policies = Policies(first)
            door, answering = (
                Door(credentials, policies, settings),
                Answering(services.orchestrator, services.embedding),
            )
            mount = partial(rpc.add_GatewayServiceServicer_to_server, GatewayServicer(door, services, answering))
            jobs = partial(jobs_pb2_grpc.add_JobServiceServicer_to_server, JobServicer(door, services.jobs))
            keeping = KeepingServicer(door, services.keeping)
            keep = partial(keeping_pb2_grpc.add_KeepingServiceServicer_to_server, keeping)
            mounts, pings = (mount, jobs, keep), {"orchestrator": services.orchestrator.ping}

            def heed(snapshot: Snapshot) -> None:
                credentials.replace(snapshot)
                policies.replace(snapshot)

            async with running(ServerSettings(), *mounts, pings=pings, verifier=None, services=SERVICES):
                watching = asyncio.create_task(following.watch(heed), name="configuration")
                await until_stopped()
                watching.cancel()


if __name__ == "__main__":
    asyncio.run(main())
