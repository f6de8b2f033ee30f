"""Puts the gateway together: `python -m gateway`."""

from __future__ import annotations

import asyncio

from chassis.channel import ChannelSettings
from chassis.identity import IdentitySettings
from chassis.routing import Routing
from chassis.server import ServerSettings, until_stopped
from chassis.snapshot import SnapshotSettings
from chassis.snapshot.following import followed
from chassis.stores.postgres import PostgresSettings
from chassis.telemetry import TelemetrySettings, telemetry
from gateway.assembly import Gateway, Shared, serving
from gateway.audit.records import Records
from gateway.behind import behind
from gateway.control.watching import control
from gateway.http.prometheus import exposition
from gateway.http.settings import HttpSettings
from gateway.issuers import fetching
from gateway.limits.running import limiting
from gateway.postgres import recording
from gateway.records.settings import RecordSettings
from gateway.settings import GatewaySettings, StoreSettings, TargetSettings
from gateway.valkey.answers import ValkeyAnswers
from gateway.valkey.connecting import valkey
from gateway.valkey.counting import ValkeyCounts


async def main() -> None:
    """Serve until told to stop."""
    settings, configuration, signer = GatewaySettings(), SnapshotSettings(), IdentitySettings().signer()
    scraped, exposed = exposition()
    with telemetry("gateway", TelemetrySettings(), scraped=scraped):
        async with (
            control(configuration.control_target) as source,
            followed(source, configuration) as news,
            fetching() as fetch,
            valkey(StoreSettings().valkey_url) as client,
            limiting(ValkeyCounts(client, settings.count_timeout), settings) as limits,
            recording(PostgresSettings().dsn.get_secret_value(), RecordSettings()) as (committer, audit, usage),
        ):
            routing = Routing(news.now)
            shelf = ValkeyAnswers(client, settings.cache_share, settings.cache_timeout)
            records = Records(committer=committer, audit=audit, usage=usage)
            shared = Shared(shelf=shelf, limiting=limits, records=records)
            async with behind(TargetSettings(), ChannelSettings(), signer, routing) as services:
                gateway = Gateway(news.now, fetch, services, shared, settings)
                news.told(gateway.heed)
                async with serving(gateway, gateway.calls(HttpSettings(), exposed), ServerSettings(), HttpSettings()):
                    await until_stopped()


if __name__ == "__main__":
    asyncio.run(main())
