"""Connects to another server for as long as a block lasts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import grpc
from grpc import aio

from chassis.certificates import Certificates, Files, channel_credentials
from chassis.channel.outgoing import Outgoing
from chassis.channel.renewing import renewed
from chassis.channel.settings import ChannelSettings
from chassis.channel.wrapped import ServiceChannel
from chassis.identity import Signer


@asynccontextmanager
async def connect(  # noqa: PLR0913 - what a caller may say about the callee
    target: str,
    peer: str,
    settings: ChannelSettings | None = None,
    *,
    signer: Signer | None = None,
    ours: bool = True,
    attempts: int = 1,
    certificates: Files | None = None,
) -> AsyncIterator[aio.Channel]:
    """Yield a channel to `target`, whose name in `chassis.edges` is `peer`.

    Calls go round robin to every address that the name stands for. They carry what is left of the request's time, its
    trace, and its identity: forwarded, or signed by `signer` at the gateway. A server that is not `ours` gets no
    identity, and the trace only when it is sampled. `attempts` above one lets gRPC itself try again when a server is
    gone; for calls that may be repeated, at the one place of a request that retries, and never against overload.
    Our servers are called over TLS where the settings name certificates; another is with `certificates` of its own.
    Failures come as `chassis.errors`.
    """
    settings = settings or ChannelSettings()
    outgoing = Outgoing(target=target, peer=peer, default_timeout=settings.default_timeout, signer=signer, ours=ours)
    files = certificates or (settings.files() if ours else None)
    async with _opened(target, files, settings, _options(settings, attempts)) as channel:
        yield ServiceChannel(channel, outgoing)


def _opened(
    target: str, files: Files | None, settings: ChannelSettings, options: list[tuple[str, str | int]]
) -> AbstractAsyncContextManager[aio.Channel]:
    if files is None:
        return aio.insecure_channel(target, options=options)
    return renewed(
        Certificates(files),
        settings.certificate_interval,
        lambda material: aio.secure_channel(target, channel_credentials(material), options=options),
    )


def _options(settings: ChannelSettings, attempts: int) -> list[tuple[str, str | int]]:
    return [
        ("grpc.service_config", _service_config(attempts)),
        ("grpc.enable_retries", int(attempts > 1)),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.keepalive_time_ms", _milliseconds(settings.keepalive_time)),
        ("grpc.keepalive_timeout_ms", _milliseconds(settings.keepalive_timeout)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.dns_min_time_between_resolutions_ms", _milliseconds(settings.resolution_interval)),
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
