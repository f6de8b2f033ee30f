"""Repositories and buckets as sources, and `forebay sync` as a person starts it."""

from __future__ import annotations

import asyncio
import json
import os
import signal

import pytest

from chassis.errors import FailedPrecondition
from fakes.s3 import FakeS3, serving
from rigs.syncing import syncing


@pytest.fixture
async def sync(tmp_path):
    async with syncing(tmp_path) as rig:
        yield rig


async def test_a_repository_is_mirrored_at_a_ref_without_reading_what_did_not_change(sync):
    sync.git("init")
    sync.git("add", ".")
    sync.git("commit", "-m", "one")
    sync.git("tag", "first")
    sync.write("a.md", "# Changed\n")
    sync.git("rm", "--quiet", "b.md")
    (sync.folder / "link.md").symlink_to("c.md")
    sync.git("add", ".")
    sync.git("commit", "-m", "two")
    sync.write("uncommitted.md", "x")

    first = await sync(ref="first")
    sync.gateway.sent.clear()
    second = await sync(ref="main")

    assert (first.added, second.changed, second.deleted, second.unchanged) == (3, 1, 1, 1)
    assert sync.gateway.sent == ["a.md"]
    assert sync.documents["a.md"].content == b"# Changed\n"
    assert sync.documents["a.md"].uri == f"{sync.folder.as_uri()}#a.md"
    assert second.skipped == {"link.md": "is a symbolic link"}


@pytest.mark.parametrize("ref", ["no-such-branch", "0" * 40])
async def test_a_ref_that_does_not_exist_deletes_nothing(sync, ref):
    sync.git("init")
    sync.git("add", ".")
    sync.git("commit", "-m", "one")
    await sync(ref="main")

    with pytest.raises(FailedPrecondition, match="git fetch"):
        await sync(ref=ref)

    assert len(sync.documents) == 3


async def test_a_bucket_is_listed_page_by_page_and_only_changed_objects_are_read(sync):
    bucket = FakeS3()
    bucket.objects = {f"pages/{number}.md": b"%d" % number for number in range(5)} | {"other/x.md": b"x"}
    async with serving(bucket) as endpoint:
        s3 = {"AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "x"}
        s3 |= {"AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "eu-central-1", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false"}

        async def once():
            process = await sync.forebay("sync", "s3://handbook/pages", "--json", **s3)
            return json.loads((await process.communicate())[0])

        first = await once()
        bucket.read.clear()
        bucket.objects["pages/3.md"] = b"three"
        del bucket.objects["pages/4.md"]
        second = await once()

    assert (first["added"], first["source"]) == (5, "s3://handbook/pages")
    assert (second["changed"], second["deleted"], second["unchanged"]) == (1, 1, 3)
    assert bucket.read == ["pages/3.md"]


async def test_a_local_bucket_is_compared_by_content(sync):
    await sync(sync.folder.as_uri())
    before = (sync.folder / "a.md").stat()
    sync.write("a.md", "# b.md\n")
    os.utime(sync.folder / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert (await sync(sync.folder.as_uri())).changed == 1


async def test_the_exit_status_tells(sync):
    async def status(*arguments):
        process = await sync.forebay("sync", *arguments)
        told, complaint = await process.communicate()
        return process.returncode, (told + complaint).decode()

    code, text = await status(str(sync.folder))
    assert (code, text.partition(" chunks")[0]) == (0, "added 3, changed 0, deleted 0; unchanged 0; 3")
    (sync.folder / "d.md").symlink_to("nowhere")
    assert (await status(str(sync.folder)))[0] == 4
    for name in "abcd":
        (sync.folder / f"{name}.md").unlink()
    code, text = await status(str(sync.folder))
    assert (code, "--force" in text) == (3, True)
    assert (await status(str(sync.folder / "nowhere")))[0] == 1
    assert (await status(str(sync.folder), "--every", "often"))[0] == 2


async def test_a_sync_that_goes_on_for_ever_follows_and_ends_when_asked(sync):
    process = await sync.forebay("sync", str(sync.folder), "--every", "1s", "--json")
    first = json.loads(await process.stdout.readline())
    (sync.folder / "a.md").unlink()
    async with asyncio.timeout(20):
        while (later := json.loads(await process.stdout.readline()))["deleted"] == 0:
            pass
    process.send_signal(signal.SIGTERM)

    assert (first["added"], later["unchanged"]) == (3, 2)
    assert await asyncio.wait_for(process.wait(), 10) == 0
