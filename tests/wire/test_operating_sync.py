"""The client for programs without an event loop, against a gateway that follows control."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Aborted
from forebay_client import Client
from rigs.operated import OPERATOR, operated

GOLD = b"kind: Policy\nname: gold\n---\nkind: Tenant\nname: acme\nspec: {policy: gold}\n"


def test_programs_without_an_event_loop_do_the_same(tmp_path):
    async def main():
        async with operated(tmp_path) as place:
            return await asyncio.to_thread(sync, place.address)

    def sync(address):
        with Client(address, OPERATOR) as client:
            applied = client.admin.apply(GOLD)
            with pytest.raises(Aborted):
                client.admin.apply(b"kind: Tenant\nname: x\n", expected_version=1)
            made = client.admin.create_key("read", tenant="acme")
            assert client.admin.rotate_key(made.key.id).key.id == made.key.id
            assert client.admin.revoke_key(made.key.id)
            assert [each.name for each in client.admin.resources("tenant")] == ["acme", "ops"]
            assert len(client.admin.revisions("Key")) == 4
            assert [key.id for key in client.admin.keys("acme")] == ["admin", "reader"]
            assert not client.admin.delete("Policy", "none")
            return applied.version

    assert asyncio.run(main()) == 2
