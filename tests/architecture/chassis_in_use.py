"""A service's eye view of the chassis, for the type checker: what a public name gives is asserted where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_type

from grpc import aio
from opentelemetry.trace import Span
from pydantic import BaseModel

from chassis import deadline, identity
from chassis.channel import ChannelSettings, connect
from chassis.errors import InvalidArgument, Overloaded, Violation
from chassis.identity import Identity, IdentitySettings, Signer, Verifier
from chassis.server import Ping, Ports, ServerSettings, running, until_stopped
from chassis.snapshot import ApiKey, Key, Route, Snapshot, parse_key
from chassis.telemetry import TelemetrySettings, client_span, span, telemetry, trace_id
from chassis.terms import term_id, terms
from chassis.validation import checked


class Asked(BaseModel):
    """A request in words."""

    query: str


async def serve(pings: Mapping[str, Ping], keys: IdentitySettings) -> None:
    """Put a server and a channel together."""
    assert_type(keys.signer(), Signer)
    assert_type(keys.verifier(), Verifier)
    with telemetry("typed", TelemetrySettings()):
        async with running(ServerSettings(), pings=pings, verifier=keys.verifier(), services=["a"]) as ports:
            assert_type(ports, Ports)
            async with connect("dns:///embedding:50051", "embedding", ChannelSettings()) as channel:
                assert_type(channel, aio.Channel)
                await until_stopped()


def words(snapshot: Snapshot) -> None:
    """Use what rules use."""
    assert_type(deadline.remaining(), float | None)
    assert_type(identity.current(), Identity)
    assert_type(identity.current().groups, frozenset[str])
    assert_type(checked(Asked, query="x"), Asked)
    assert_type(terms("x"), list[str])
    assert_type(term_id("x"), int)
    assert_type(trace_id(), str)
    assert_type(parse_key("x"), ApiKey | None)
    assert_type(snapshot.key("x"), Key | None)
    assert_type(snapshot.route("x"), Route | None)
    assert_type(InvalidArgument("x").violations, tuple[Violation, ...])
    assert_type(Overloaded("x").retry_after, float | None)
    with span("step", {"rows": 1}) as step, client_span("search", "milvus"):
        assert_type(step, Span)
    with deadline.within(1.0), identity.bound(identity.current()):
        pass
