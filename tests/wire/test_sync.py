"""`forebay sync` against a gateway on the real wire: folders, repositories, buckets, and being stopped half-way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion

from chassis.errors import FailedPrecondition
from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from fakes.s3 import FakeS3, serving
from forebay_client import AsyncClient, Document
from forebay_client.commands.filling.syncing import synced
from forebay_client.mirroring.choosing import source_at
from forebay_client.mirroring.planning import TooManyDeletions
from forebay_client.mirroring.wishes import Wishes

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)
FOREBAY = str(Path(sys.executable).parent / "forebay")


@pytest.fixture
async def gateway():
    return FakeGateway()


@pytest.fixture
async def address(gateway):
    mount = partial(add_GatewayServiceServicer_to_server, gateway)
    async with running(SETTINGS, mount, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
def sync(address):
    async def synced_(source, ref="", **wishes):
        return await synced(AsyncClient(address, KEY), source_at(str(source), ref), "docs", Wishes(**wishes))

    return synced_


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "book"
    root.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    return root


def git(folder, *arguments):
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


async def forebay(address, *arguments):
    environment = os.environ | {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY}
    return await asyncio.create_subprocess_exec(
        FOREBAY, *arguments, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def test_a_corpus_follows_its_folder_and_what_is_unchanged_is_not_sent(sync, gateway, folder):
    first = await sync(folder, groups=("staff",))
    (folder / "a.md").write_text("# Changed\n", encoding="utf-8")
    (folder / "b.md").rename(folder / "d.md")
    gateway.sent.clear()
    second = await sync(folder, groups=("staff",))

    assert (first.added, first.in_step) == (3, True)
    assert (second.added, second.changed, second.deleted, second.unchanged) == (1, 1, 1, 1)
    assert sorted(gateway.sent) == ["a.md", "d.md"]
    assert sorted(gateway.corpora["docs"]) == ["a.md", "c.md", "d.md"]
    assert list(gateway.corpora["docs"]["d.md"].groups) == ["staff"]


async def test_other_groups_are_brought_to_documents_that_did_not_change(sync, gateway, folder):
    await sync(folder)
    report = await sync(folder, groups=("hr",))

    assert report.changed == 3
    assert list(gateway.corpora["docs"]["a.md"].groups) == ["hr"]


async def test_what_somebody_else_wrote_is_neither_replaced_nor_deleted(sync, address, gateway, folder):
    await sync(folder)
    async with AsyncClient(address, KEY) as other:
        documents = [Document(id="a.md", content=b"mine"), Document(id="x.md", content=b"mine")]
        assert len([one async for one in other.put(documents, corpus="docs")]) == 2
    (folder / "b.md").unlink()

    report = await sync(folder)

    assert (report.foreign, report.deleted, report.in_step) == (["a.md"], 1, False)
    assert gateway.corpora["docs"]["a.md"].content == gateway.corpora["docs"]["x.md"].content == b"mine"

    adopting = await sync(folder, adopt=True)
    assert (adopting.changed, adopting.in_step) == (1, True)


async def test_a_run_that_was_broken_off_is_taken_up_by_the_next(sync, gateway, folder):
    for number in range(20):
        (folder / f"{number}.md").write_text(f"{number}", encoding="utf-8")
    gateway.away_after = 7
    round_ = asyncio.ensure_future(sync(folder))
    async with asyncio.timeout(10):
        while len(gateway.sent) < 7:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)

    report = await sync(folder)

    assert (report.added, report.unchanged) == (16, 7)
    assert len(gateway.sent) == 23


async def test_a_gateway_that_goes_away_for_a_moment_is_waited_for(sync, gateway, folder):
    gateway.away_after = 2

    report = await sync(folder)

    assert report.in_step
    assert sorted(gateway.corpora["docs"]) == ["a.md", "b.md", "c.md"]


async def test_a_dry_run_tells_and_does_nothing(sync, gateway, folder):
    told = await sync(folder, dry_run=True)
    assert (told.added, gateway.corpora, gateway.sent) == (3, {}, [])

    await sync(folder)
    (folder / "a.md").unlink()
    told = await sync(folder, dry_run=True)

    assert (told.deleted, told.unchanged, len(gateway.corpora["docs"])) == (1, 2, 3)


async def test_deletions_wait_when_they_are_not_wanted_or_too_many(sync, gateway, folder):
    for number in range(20):
        (folder / f"{number}.md").write_text(f"{number}", encoding="utf-8")
    await sync(folder)
    for number in range(20):
        (folder / f"{number}.md").unlink()
    (folder / "new.md").write_text("new", encoding="utf-8")

    with pytest.raises(TooManyDeletions, match="20 of 23"):
        await sync(folder)
    assert "new.md" not in gateway.corpora["docs"]

    kept = await sync(folder, delete=False)
    assert (kept.left, kept.added, len(gateway.corpora["docs"])) == (20, 1, 24)

    forced = await sync(folder, force=True)
    assert (forced.deleted, len(gateway.corpora["docs"])) == (20, 4)


async def test_what_cannot_be_mirrored_is_told_and_stops_nothing(sync, gateway, folder):
    (folder / "huge.md").write_bytes(b"x" * (8 * 2**20 + 1))
    (folder / "odd.md").symlink_to("/etc/passwd")
    (folder / "poor.md").write_text("poor", encoding="utf-8")
    (folder / "void.md").touch()
    gateway.outcome_of["c.md"] = ingestion.PutDocumentsResponse(
        refused=ingestion.Refused(reason="is no text", field="content")
    ).SerializeToString()
    gateway.outcome_of["poor.md"] = b"\xfa\x01\x00"  # field 31: an outcome that is newer than this client

    report = await sync(folder)

    assert (report.added, report.empty, report.in_step) == (2, 1, False)
    assert set(report.skipped) == {"huge.md", "odd.md"}
    assert report.tally.refused == {"c.md": "content is no text"}
    assert report.tally.others == {"unknown": 1}


async def test_a_repository_is_mirrored_at_a_ref_without_reading_what_did_not_change(sync, gateway, folder):
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    git(folder, "tag", "first")
    (folder / "a.md").write_text("# Changed\n", encoding="utf-8")
    git(folder, "rm", "--quiet", "b.md")
    (folder / "link.md").symlink_to("c.md")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "two")
    (folder / "uncommitted.md").write_text("x", encoding="utf-8")

    first = await sync(folder, "first")
    gateway.sent.clear()
    second = await sync(folder, "main")

    assert (first.added, second.changed, second.deleted, second.unchanged) == (3, 1, 1, 1)
    assert gateway.sent == ["a.md"]
    assert gateway.corpora["docs"]["a.md"].content == b"# Changed\n"
    assert gateway.corpora["docs"]["a.md"].uri == f"{folder.as_uri()}#a.md"
    assert second.skipped == {"link.md": "is a symbolic link"}


@pytest.mark.parametrize("ref", ["no-such-branch", "0" * 40])
async def test_a_ref_that_does_not_exist_deletes_nothing(sync, gateway, folder, ref):
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    await sync(folder, "main")

    with pytest.raises(FailedPrecondition, match="git fetch"):
        await sync(folder, ref)

    assert len(gateway.corpora["docs"]) == 3


async def test_a_bucket_is_listed_page_by_page_and_only_changed_objects_are_read(address, gateway):
    bucket = FakeS3()
    bucket.objects = {f"pages/{number}.md": b"%d" % number for number in range(5)} | {"other/x.md": b"x"}
    async with serving(bucket) as endpoint:
        s3 = {"AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "x"}
        s3 |= {"AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "eu-central-1", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false"}

        async def sync():
            process = await asyncio.create_subprocess_exec(
                *(FOREBAY, "sync", "s3://handbook/pages", "--corpus", "docs", "--json"),
                env=os.environ | s3 | {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY},
                stdout=asyncio.subprocess.PIPE,
            )
            return json.loads((await process.communicate())[0])

        first = await sync()
        bucket.read.clear()
        bucket.objects["pages/3.md"] = b"three"
        del bucket.objects["pages/4.md"]
        second = await sync()

    assert (first["added"], first["source"]) == (5, "s3://handbook/pages")
    assert (second["changed"], second["deleted"], second["unchanged"]) == (1, 1, 3)
    assert bucket.read == ["pages/3.md"]


async def test_a_local_bucket_is_compared_by_content(sync, gateway, folder):
    await sync(folder.as_uri())
    before = (folder / "a.md").stat()
    (folder / "a.md").write_text("# b.md\n", encoding="utf-8")
    os.utime(folder / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert (await sync(folder.as_uri())).changed == 1


async def test_the_exit_status_tells(address, folder):
    async def status(*arguments):
        process = await forebay(address, "sync", *arguments, "--corpus", "docs")
        told, complaint = await process.communicate()
        return process.returncode, (told + complaint).decode()

    code, text = await status(str(folder))
    assert (code, text.partition(" chunks")[0]) == (0, "added 3, changed 0, deleted 0; unchanged 0; 3")
    (folder / "d.md").symlink_to("nowhere")
    assert (await status(str(folder)))[0] == 4
    for name in "abcd":
        (folder / f"{name}.md").unlink()
    code, text = await status(str(folder))
    assert (code, "--force" in text) == (3, True)
    assert (await status(str(folder / "nowhere")))[0] == 1
    assert (await status(str(folder), "--every", "often"))[0] == 2


async def test_a_sync_that_goes_on_for_ever_follows_and_ends_when_asked(address, gateway, folder):
    process = await forebay(address, "sync", str(folder), "--corpus", "docs", "--every", "1s", "--json")
    first = json.loads(await process.stdout.readline())
    (folder / "a.md").unlink()
    async with asyncio.timeout(20):
        while (later := json.loads(await process.stdout.readline()))["deleted"] == 0:
            pass
    process.send_signal(signal.SIGTERM)

    assert (first["added"], later["unchanged"]) == (3, 2)
    assert await asyncio.wait_for(process.wait(), 10) == 0
