"""Opens channels of gRPC: its options, and the certificates as they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from weakref import WeakSet

import grpc
from grpc import aio

from chassis.certificates import Certificates, Files, Material, channel_credentials
from chassis.channel.lasting import LastingChannel
from chassis.channel.settings import ChannelSettings

_FIRST_RECONNECT: Final = 0.1
"""Seconds before the first attempt to connect again; a second, which is usual, is long for callers to be refused."""


class Opener:
    """Opens channels that last, over TLS where there are certificates."""

    def __init__(self, settings: ChannelSettings, certificates: Certificates | None, attempts: int) -> None:
        self._every = settings.reopen_interval
        self._options = options(settings, attempts)
        self._material = None if certificates is None else certificates.current
        self._open: WeakSet[LastingChannel] = WeakSet()
        if certificates is not None:
            certificates.on_change(self._changed)

    def channel(self, target: str) -> LastingChannel:
        """Return a channel to the target; whoever asked closes it."""
        channel = LastingChannel(lambda: self._opened(target), self._every)
        self._open.add(channel)
        return channel

    def _opened(self, target: str) -> aio.Channel:
        if self._material is None:
            return aio.insecure_channel(target, options=self._options)
        return aio.secure_channel(target, channel_credentials(self._material), options=self._options)

    def _changed(self, material: Material) -> None:
        self._material = material
        for channel in self._open:
            channel.reopen()


@asynccontextmanager
async def opening(settings: ChannelSettings, files: Files | None, attempts: int) -> AsyncIterator[Opener]:
    """Yield what opens channels; its certificates are followed while the block lasts."""
    if files is None:
        yield Opener(settings, None, attempts)
        return
    certificates = Certificates(files)
    watching = asyncio.create_task(certificates.watch(settings.certificate_interval), name="certificates")
    try:
        yield Opener(settings, certificates, attempts)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def options(settings: ChannelSettings, attempts: int) -> list[tuple[str, str | int]]:
    """Return the options of a channel whose calls are tried that often."""
    return [
        ("grpc.service_config", _service_config(attempts)),
        # Without it gRPC would not even repeat a call that never left, or that a closing server did not look at.
        ("grpc.enable_retries", 1),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.keepalive_time_ms", _milliseconds(settings.keepalive_time)),
        ("grpc.keepalive_timeout_ms", _milliseconds(settings.keepalive_timeout)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.dns_min_time_between_resolutions_ms", _milliseconds(settings.resolution_interval)),
        ("grpc.dns_ares_query_timeout", _milliseconds(settings.resolution_timeout)),
        ("grpc.initial_reconnect_backoff_ms", _milliseconds(min(_FIRST_RECONNECT, settings.reconnect_interval))),
        ("grpc.max_reconnect_backoff_ms", _milliseconds(settings.reconnect_interval)),
        # Channels of one process to one target would share a connection, and with it one's limits.
        ("grpc.use_local_subchannel_pool", 1),
    ]


def _service_config(attempts: int) -> str:
    config: dict[str, object] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if attempts > 1:
        retry = {
            "maxAttempts": attempts,
            "initialBackoff": "0.05s",
            "maxBackoff": "1s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": [grpc.StatusCode.UNAVAILABLE.name],
        }
        config["methodConfig"] = [{"name": [{}], "retryPolicy": retry}]
        config["retryThrottling"] = {"maxTokens": 10, "tokenRatio": 0.1}
    return json.dumps(config)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
