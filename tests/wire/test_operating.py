"""`forebay apply`, `get`, `diff`, `history` and `keys`, and both clients, against a gateway that follows control."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from chassis.errors import InvalidArgument, PermissionDenied, Unauthenticated
from forebay_client import AsyncClient
from rigs.operated import ADMIN, OPERATOR, READER, operated

FOREBAY = str(Path(sys.executable).parent / "forebay")
GOLD = (
    "kind: Policy\nname: gold\nspec: {tenant: {concurrent: 3}}\n---\nkind: Tenant\nname: acme\nspec: {policy: gold}\n"
)


@pytest.fixture
async def place(tmp_path):
    async with operated(tmp_path) as place:
        yield place


@pytest.fixture
def forebay(place, tmp_path):
    async def run(*arguments, said="", key=OPERATOR):
        process = await asyncio.create_subprocess_exec(
            *(FOREBAY, *arguments),
            env=os.environ | {"FOREBAY_ADDRESS": place.address, "FOREBAY_API_KEY": key},
            cwd=tmp_path,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await process.communicate(said.encode())
        return process.returncode, out.decode(), error.decode()

    return run


async def within_a_second(refused):
    """Wait until asking is refused, and say whether that took less than a second."""
    began = time.monotonic()
    async with asyncio.timeout(10):
        while not await refused():  # noqa: ASYNC110 - the gateway tells nobody
            await asyncio.sleep(0.01)
    return time.monotonic() - began < 1.0


async def test_a_file_is_shown_applied_and_read_back(forebay, place, tmp_path):
    (tmp_path / "f.yaml").write_text(GOLD)

    code, out, _ = await forebay("diff", "-f", "f.yaml")
    assert code == 1
    assert "+++ then/Policy/gold" in out
    assert "+policy: gold" in out
    code, out, _ = await forebay("apply", "-f", "f.yaml", "--dry-run")
    assert (code, out) == (0, "Policy gold: would be created\nTenant acme: would be changed\nversion 1\n")
    code, out, _ = await forebay("apply", "-f", "f.yaml")
    assert (code, out) == (0, "Policy gold: created\nTenant acme: changed\nversion 2\n")
    assert (await forebay("diff", "-f", "f.yaml"))[:2] == (0, "")

    _, out, _ = await forebay("get", "policy", "gold", "-o", "yaml")
    got = yaml.safe_load(out)
    assert got == {"kind": "Policy", "name": "gold", "version": 2, "spec": {"tenant": {"concurrent": 3}}}
    code, out, _ = await forebay("apply", "-f", "-", said=out.replace("3", "4"))
    assert (code, out) == (0, "Policy gold: changed\nversion 3\n")
    code, _, error = await forebay("apply", "-f", "-", said=yaml.safe_dump(got | {"spec": {}}))
    assert code == 1
    assert "Policy gold is at version 3, not at 2" in error
    _, out, _ = await forebay("history", "policy", "--json")
    assert [json.loads(line)["version"] for line in out.splitlines()] == [3, 2]
    assert json.loads(out.splitlines()[0])["actor"] == "operator"


async def test_what_is_wrong_is_told_by_its_line_and_nothing_is_changed(forebay, place, tmp_path):
    (tmp_path / "f.yaml").write_text(GOLD + "---\nkind: Tenant\nname: globex\nspec:\n  policy: silver\n")
    code, out, error = await forebay("apply", "-f", "f.yaml")

    assert (code, out) == (1, "")
    assert "f.yaml:12: tenant globex has policy silver, which is not listed" in error
    assert place.store.now.version == 1
    assert "No such file" in (await forebay("apply", "-f", "none.yaml"))[2]


async def test_other_forms_of_showing(forebay):
    _, table, _ = await forebay("get")
    assert "operator" in table
    _, lines, _ = await forebay("get", "-o", "json")
    assert {json.loads(line)["kind"] for line in lines.splitlines()} == {"Tenant", "Key"}
    _, shown, _ = await forebay("history")
    assert "control" in shown
    code, _, error = await forebay("get", "nothing")
    assert code == 1
    assert "there is no kind 'nothing'" in error


async def test_a_resource_is_deleted_once(forebay):
    await forebay("apply", "-f", "-", said="kind: Policy\nname: gold\n")

    assert (await forebay("delete", "policy", "gold", "--yes"))[1] == "policy gold: deleted\n"
    assert (await forebay("delete", "policy", "gold", "--yes", "--json"))[1].endswith('"deleted": false}\n')


async def test_keys_are_made_listed_rotated_and_revoked_by_commands(forebay):
    code, secret, note = await forebay("keys", "create", "ci", "--role", "read", "--expires", "90d", key=ADMIN)
    assert (code, secret.startswith("fb_ci_")) == (0, True)
    assert "shown this once" in note
    _, lines, _ = await forebay("keys", "list", "--json", key=ADMIN)
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["admin", "ci", "reader"]
    assert "never" in (await forebay("keys", "list", key=ADMIN))[1]
    _, rotated, _ = await forebay("keys", "rotate", "ci", "--grace", "1h", "--json", key=ADMIN)
    assert json.loads(rotated)["secret"] != secret.strip()
    assert (await forebay("keys", "revoke", "ci", "--yes", key=ADMIN))[1] == "ci: revoked\n"
    assert (await forebay("keys", "revoke", "ci", "--yes", "--json", key=ADMIN))[
        1
    ] == '{"id": "ci", "revoked": false}\n'


async def test_a_key_works_from_when_it_is_told_and_not_a_second_longer_than_it_is_revoked(place):
    async with AsyncClient(place.address, ADMIN) as admin:
        made = await admin.admin.create_key("admin", id="second", lifetime=timedelta(days=1))

        async def refused():
            try:
                async with AsyncClient(place.address, made.secret) as client:
                    await client.admin.keys()
            except Unauthenticated:
                return True
            return False

        async def accepted():
            return not await refused()

        assert await within_a_second(accepted)
        await admin.admin.revoke_key("second")
        assert await within_a_second(refused)


async def test_a_rotated_key_is_good_with_both_secrets_and_then_with_one(place):
    async with AsyncClient(place.address, ADMIN) as admin:
        made = await admin.admin.create_key("admin", id="second")
        new = await admin.admin.rotate_key("second", timedelta(hours=1))

        async def version_reached(version):
            return place.news.now.version >= version

        assert await within_a_second(lambda: version_reached(3))
        for secret in (made.secret, new.secret):
            async with AsyncClient(place.address, secret) as client:
                assert "second" in [key.id for key in await client.admin.keys()]
        await admin.admin.rotate_key("second")
        assert await within_a_second(lambda: version_reached(4))
        for secret in (made.secret, new.secret):
            async with AsyncClient(place.address, secret) as client:
                with pytest.raises(Unauthenticated):
                    await client.admin.keys()


async def test_each_may_do_what_its_role_says_and_no_more(place):
    async with AsyncClient(place.address, READER) as reader, AsyncClient(place.address, ADMIN) as admin:
        for asking in (reader.admin.keys(), reader.admin.resources(), admin.admin.resources(), admin.admin.apply(b"")):
            with pytest.raises(PermissionDenied):
                await asking
    async with AsyncClient(place.address, OPERATOR) as operator:
        assert [key.id for key in await operator.admin.keys("ops")] == ["operator"]


async def test_fields_are_named_as_the_client_wrote_them(place):
    async with AsyncClient(place.address, ADMIN) as admin:
        with pytest.raises(InvalidArgument) as caught:
            await admin.admin.create_key("read", id="UPPER")
    assert [violation.field for violation in caught.value.violations] == ["key.id"]
