from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from opentelemetry.trace import SpanKind

from chassis import identity, names
from chassis.identity import Signer, Verifier, generate_keys
from chassis.routing import pinning
from chassis.snapshot import Target
from wire.chassis.probe import serving, until
from wire.chassis.tracks import QUICK, ask, route, tracks, who

ESTABLISHED = "01"


def connections(address):
    """Count the connections that this machine has open to a port, from the side of the caller."""
    port = f":{int(address.rpartition(':')[2]):04X}"
    tables = (Path(f"/proc/net/{name}").read_text(encoding="ascii") for name in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    return sum(row[2].endswith(port) and row[3] == ESTABLISHED for row in rows)


async def test_an_open_call_ends_where_it_began_and_then_the_connection_closes():
    going = asyncio.Event()

    async def slow(_request, _context):
        yield "canary"
        await going.wait()
        yield "canary"

    async with tracks(canary={"many": slow}) as made:
        await made.settled(made.split(1, 1_000_000))
        with identity.bound(who("acme")):
            answers = aiter(made.probe.many("x"))
        assert await anext(answers) == "canary"
        assert connections(made.canary) == 1

        made.apply(route(Target(address=made.stable)))
        assert await ask(made.probe, "acme") == "stable"
        going.set()

        assert [answer async for answer in answers] == ["canary"]
        del answers  # a call that is held keeps its connection
        await until(lambda: connections(made.canary) == 0)


async def test_a_request_keeps_its_target_for_all_of_its_calls():
    async with tracks(settings=QUICK.model_copy(update={"linger": 60})) as made:
        await made.settled(made.split(1, 1_000_000))

        async def request():
            pinning.begin()
            first = await ask(made.probe, "acme")
            made.apply(made.split(100, 0))
            second = await ask(made.probe, "acme")
            made.apply(route(Target(address=made.stable)))
            return first, second, await ask(made.probe, "acme")

        assert await asyncio.create_task(request()) == ("canary", "canary", "canary")
        assert await ask(made.probe, "acme") == "stable"


async def test_who_took_part_is_told_to_the_caller_and_its_span(tmp_path, recorded):
    keys = generate_keys(tmp_path)
    signer, verifier = Signer(keys.private.read_bytes()), Verifier(keys.public.read_bytes())
    async with AsyncExitStack() as stack:
        inner = await stack.enter_async_context(tracks())

        async def passes_on(request, _context):
            return await inner.probe.one(request)

        outer = await stack.enter_async_context(serving(one=passes_on, verifier=verifier, signer=signer))

        async def request():
            choices = pinning.begin()
            await ask(outer, "acme")
            return choices.all()

        (choice,) = await asyncio.create_task(request())
        await until(lambda: len(recorded.of(SpanKind.SERVER)) == 2)

    assert (choice.role, choice.target, choice.tier, choice.version) == ("orchestrator", inner.stable, "standard", 1)
    span = next(span for span in recorded.of(SpanKind.SERVER) if names.ROUTES in span.attributes)
    assert span.attributes[names.ROUTES] == (f"service/orchestrator={inner.stable}",)
    assert span.attributes[names.ROUTES_VERSION] == 1


async def test_a_caller_outside_cannot_choose_its_target():
    async with AsyncExitStack() as stack:
        inner = await stack.enter_async_context(tracks())

        async def passes_on(request, _context):
            return await inner.probe.one(request)

        outer = await stack.enter_async_context(serving(one=passes_on))
        said = pinning.carried((pinning.Choice("service/orchestrator", inner.canary, "standard", 1),))

        assert await outer.one("x", metadata=said) == "stable"
