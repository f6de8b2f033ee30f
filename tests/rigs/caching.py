"""A gateway of two tenants whose answers are kept, and its askers."""

from __future__ import annotations

import asyncio

from chassis.snapshot import Key, Tenant, new_key
from rigs.acme import READER, SNAPSHOT
from rigs.gateway import ask, key

OTHER, _OTHER = new_key("other")
ADMIN, _ADMIN = new_key("keeper")
STRANGER, _STRANGER = new_key("stranger")
WITH_OTHERS = SNAPSHOT.model_copy(
    update={
        "tenants": (*SNAPSHOT.tenants, Tenant(name="other")),
        "keys": (
            *SNAPSHOT.keys,
            Key(id="other", tenant="acme", sha256=_OTHER, roles=frozenset({"read"})),
            Key(id="keeper", tenant="acme", sha256=_ADMIN, roles=frozenset({"admin"})),
            Key(id="stranger", tenant="other", sha256=_STRANGER, groups=frozenset({"hr"}), roles=frozenset({"read"})),
        ),
    }
)
QUESTION = "What is a span? It is a part. Of a trace."


async def answered(front, question=QUESTION, who=READER, **fields):
    """Return the events of an answer."""
    async with asyncio.timeout(20):
        return [event async for event in front.stub.Answer(ask(question, **fields), metadata=key(who))]


async def until(true):
    """Wait for what happens in a fake that is asked over the wire."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - nobody there tells of it
            await asyncio.sleep(0.001)


def text(events):
    """Return what was answered."""
    return "".join(event.text.text for event in events)
