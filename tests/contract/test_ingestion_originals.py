"""The same cases on originals in memory, in a folder and behind the S3 protocol; and what only a server can do."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import FailedPrecondition, Unavailable
from fakes.objects import FakeOriginals
from ingestion.indexing.words import LostOriginal
from ingestion.objects import ObjectOriginals
from rigs.s3 import s3

pytestmark = pytest.mark.xdist_group("originals")


def digest(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def server():
    with s3() as running:
        yield running


@pytest.fixture
def reached(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture(params=["fake", "folder", "s3"])
def originals(request, tmp_path):
    if request.param == "s3":
        request.getfixturevalue("reached")
    urls = {"folder": tmp_path.as_uri(), "s3": f"s3://forebay/{tmp_path.name}"}
    return ObjectOriginals(urls[request.param]) if request.param in urls else FakeOriginals()


async def listed(originals, tenant=""):
    return {kept.digest: kept async for portion in originals.listed(tenant) for kept in portion}


@pytest.mark.parametrize("content", [b"x", b"\x00" * 100, bytes(range(256)) * 2**15], ids=["tiny", "zeros", "8 MiB"])
async def test_what_is_kept_is_read_back(originals, content):
    await originals.keep("acme", digest(content), content)
    await originals.keep("acme", digest(content), content)

    assert await originals.read("acme", digest(content)) == content


async def test_what_was_never_kept_is_lost_and_so_is_another_tenants(originals):
    await originals.keep("acme", digest(b"ours"), b"ours")

    for tenant in ("globex", "acm"):
        with pytest.raises(LostOriginal):
            await originals.read(tenant, digest(b"ours"))


async def test_what_is_removed_is_gone_and_may_come_back(originals):
    name = digest(b"x")
    await originals.keep("acme", name, b"x")
    await originals.remove("acme", name)
    await originals.remove("acme", name)

    with pytest.raises(LostOriginal):
        await originals.read("acme", name)
    await originals.keep("acme", name, b"x")
    assert await originals.read("acme", name) == b"x"


async def test_what_is_kept_is_listed_with_its_time_and_by_tenant(originals):
    ours, theirs = [digest(b"%d" % number) for number in range(5)], digest(b"theirs")
    for number, name in enumerate(ours):
        await originals.keep("acme", name, b"%d" % number)
    await originals.keep("acme2", theirs, b"theirs")

    found = await listed(originals, "acme")
    assert found.keys() == set(ours)
    assert (await listed(originals)).keys() == {*ours, theirs}
    assert all(abs(kept.modified - datetime.now(UTC)) < timedelta(minutes=1) for kept in found.values())


async def test_keeping_again_makes_it_young_again(originals):
    await originals.keep("acme", digest(b"x"), b"x")
    before = (await listed(originals))[digest(b"x")].modified
    time.sleep(1.1)  # noqa: ASYNC251 - the protocol tells whole seconds
    await originals.keep("acme", digest(b"x"), b"x")

    assert (await listed(originals))[digest(b"x")].modified > before


async def test_a_store_that_is_there_says_so(originals):
    await originals.ping()
    await originals.check()


async def test_a_server_that_refuses_our_credentials_is_told_at_the_start(reached):
    reached.refuse()
    try:
        with pytest.raises(FailedPrecondition, match="credentials"):
            await ObjectOriginals("s3://forebay/x").check()
        with pytest.raises(Unavailable):
            await ObjectOriginals("s3://forebay/x").ping()
    finally:
        reached.refuse(refusing=False)


async def test_a_bucket_that_does_not_exist_is_told_at_the_start(reached):
    with pytest.raises(FailedPrecondition, match="bucket"):
        await ObjectOriginals("s3://no-such-bucket/x").check()


async def test_a_server_that_hangs_costs_the_time_of_a_call_and_no_more(reached):
    originals = ObjectOriginals("s3://forebay/x", seconds=1.0)
    reached.hang()
    try:
        for call in (
            originals.ping(),
            originals.keep("acme", digest(b"x"), b"x"),
            originals.read("acme", digest(b"x")),
        ):
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await call
            assert time.monotonic() - started < 2
        await originals.check()
    finally:
        reached.hang(hanging=False)


async def test_a_server_that_is_away_is_away(monkeypatch):
    with s3() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
    originals = ObjectOriginals("s3://forebay/x", seconds=2.0)

    with pytest.raises(Unavailable):
        await originals.keep("acme", digest(b"x"), b"x")
    await originals.check()
