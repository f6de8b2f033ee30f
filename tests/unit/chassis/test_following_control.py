from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from chassis.snapshot import Snapshot, SnapshotSettings
from chassis.snapshot.following import Sent, followed
from chassis.snapshot.following.kept import Kept
from chassis.snapshot.following.stream import StreamFollower
from fakes.control import FakeSource, document


@asynccontextmanager
async def watched(source, file=None, **settings):
    """Follow the source; yield the news and a queue of the versions that were told."""
    told = asyncio.Queue()
    settings = SnapshotSettings(control_target="x", snapshot_file=file, **settings)
    async with asyncio.timeout(10), followed(source, settings) as news:
        news.told(lambda snapshot: told.put_nowait(snapshot.version))
        yield news, told


async def test_each_newer_snapshot_is_told_and_kept(tmp_path):
    source, file = FakeSource(Sent(1, document(1))), tmp_path / "kept" / "snapshot.json"
    async with watched(source, file) as (news, told):
        assert await told.get() == 1
        source.say(2)
        assert await told.get() == 2
        assert news.now.version == 2

    assert Kept(file).read() == Snapshot(version=2)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("version", "body"),
    [(2, b"{"), (2, b'{"version": 2, "odd": 1}'), (2, document(7)), (0, document(0)), (1, document(1)), (9, b"")],
)
async def test_what_is_broken_or_older_changes_nothing(tmp_path, version, body):
    source, file = FakeSource(Sent(1, document(1))), tmp_path / "snapshot.json"
    async with watched(source, file) as (news, told):
        await told.get()
        source.say(version, body)
        source.say(3)
        assert await told.get() == 3
        assert news.now.version == 3


async def test_a_start_without_control_takes_what_was_kept_and_control_later_goes_on_from_it(tmp_path):
    file = tmp_path / "snapshot.json"
    Kept(file).write(document(5))
    source = FakeSource()
    async with watched(source, file, control_patience=0.01) as (_, told):
        assert await told.get() == 5
        source.say(6)
        assert await told.get() == 6
    assert source.asked[-1] == 5


async def test_a_start_never_goes_back_behind_what_was_kept(tmp_path):
    file = tmp_path / "snapshot.json"
    Kept(file).write(document(5))
    async with watched(FakeSource(Sent(4, document(4))), file, control_patience=0.01) as (_, told):
        assert await told.get() == 5


async def test_a_start_prefers_what_control_says_even_at_the_same_version(tmp_path):
    file = tmp_path / "snapshot.json"
    Kept(file).write(document(5))
    async with watched(FakeSource(Sent(5, document(5, tenants=({"name": "acme"},)))), file) as (news, _):
        assert news.now.tenants[0].name == "acme"


async def test_what_was_kept_and_cannot_be_read_is_as_nothing(tmp_path):
    file = tmp_path / "snapshot.json"
    file.write_bytes(b"\x00\xff")
    async with watched(FakeSource(Sent(1, document(1))), file) as (_, told):
        assert await told.get() == 1


async def test_a_folder_that_cannot_be_written_is_no_reason_not_to_heed_a_change(tmp_path):
    (tmp_path / "file").write_text("in the way")
    async with watched(FakeSource(Sent(1, document(1))), tmp_path / "file" / "snapshot.json") as (_, told):
        assert await told.get() == 1


async def test_a_stream_that_breaks_is_opened_again_from_the_version_that_holds():
    source = FakeSource(Sent(1, document(1)))
    told = asyncio.Queue()
    follower = StreamFollower(source, Kept(None), patience=1.0, draw=lambda: 0.0)
    assert (await follower.first()).version == 1
    watching = asyncio.create_task(follower.watch(lambda snapshot: told.put_nowait(snapshot.version)))

    source.leave()
    async with asyncio.timeout(10):
        while len(source.asked) < 5:  # noqa: ASYNC110 - the follower tells nobody that it tries
            await asyncio.sleep(0)
        source.away = False
        source.say(2)
        assert await told.get() == 2
    watching.cancel()
    assert set(source.asked[1:]) == {1}
