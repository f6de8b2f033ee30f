"""Puts control together: `python -m control`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from forebay.control.v1alpha1 import control_pb2, control_pb2_grpc, keys_pb2, keys_pb2_grpc, watch_pb2, watch_pb2_grpc

from chassis.identity import IdentitySettings
from chassis.server import ServerSettings, running, until_stopped
from chassis.snapshot import SnapshotSettings
from chassis.stores.patience import patiently
from chassis.stores.postgres import PostgresSettings
from chassis.telemetry import TelemetrySettings, telemetry
from control.changing.changes import Changes
from control.keys.keeping import Keys
from control.keys.servicer import KeyServicer
from control.mirroring.mirror import mirroring
from control.ports import Lead
from control.postgres import PostgresBell, PostgresLead, PostgresStore, pool
from control.rpc.servicer import ControlServicer
from control.seeding import seed
from control.settings import ControlSettings
from control.watching.announcing import announcing
from control.watching.servicer import WatchServicer

WATCH = watch_pb2.DESCRIPTOR.services_by_name["WatchService"].full_name
SERVICES = (
    control_pb2.DESCRIPTOR.services_by_name["ControlService"].full_name,
    keys_pb2.DESCRIPTOR.services_by_name["KeyService"].full_name,
    WATCH,
)


async def main() -> None:
    """Serve until told to stop."""
    settings, dsn = ControlSettings(), PostgresSettings().dsn.get_secret_value()
    verifier = IdentitySettings().verifier()
    async with pool(dsn, settings.postgres_connections, settings.postgres_timeout) as connections:
        store = PostgresStore(connections, settings.postgres_timeout)
        file = SnapshotSettings().config_file
        await patiently(settings.start_patience, lambda: seed(store, file, settings.first_operator))
        async with announcing(store, PostgresBell(dsn, settings.look_every)) as newest:
            changes = Changes(store)
            mounts = (
                partial(control_pb2_grpc.add_ControlServiceServicer_to_server, ControlServicer(store, changes)),
                partial(keys_pb2_grpc.add_KeyServiceServicer_to_server, KeyServicer(Keys(store, changes))),
                partial(watch_pb2_grpc.add_WatchServiceServicer_to_server, WatchServicer(newest)),
            )
            pings = {"postgres": store.ping}
            async with running(
                ServerSettings(), *mounts, pings=pings, verifier=verifier, services=SERVICES, anonymous=(WATCH,)
            ):
                async with _following(settings.routes_namespace, changes, PostgresLead(dsn)):
                    await until_stopped()
                newest.end()


@asynccontextmanager
async def _following(namespace: str, changes: Changes, lead: Lead) -> AsyncIterator[None]:
    """Follow the Route resources of the namespace while the block lasts; none where it is empty."""
    if not namespace:
        yield
        return
    # A second to import, for clusters alone.
    from control.kubernetes import cluster

    async with cluster(namespace) as resources, mirroring(resources, changes, lead):
        yield


if __name__ == "__main__":
    with telemetry("control", TelemetrySettings()):
        asyncio.run(main())
