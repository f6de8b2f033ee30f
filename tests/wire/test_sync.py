"""A folder and its corpus, over the real wire: what is sent, left, deleted, and taken up again."""

from __future__ import annotations

import asyncio

import pytest
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion

from fakes.gateway import KEY
from forebay_client import AsyncClient, Document
from forebay_client.mirroring.planning import TooManyDeletions
from rigs.syncing import syncing


@pytest.fixture
async def sync(tmp_path):
    async with syncing(tmp_path) as rig:
        yield rig


async def test_a_corpus_follows_its_folder_and_what_is_unchanged_is_not_sent(sync):
    first = await sync(groups=("staff",))
    sync.write("a.md", "# Changed\n")
    (sync.folder / "b.md").rename(sync.folder / "d.md")
    sync.gateway.sent.clear()
    second = await sync(groups=("staff",))

    assert (first.added, first.in_step) == (3, True)
    assert (second.added, second.changed, second.deleted, second.unchanged) == (1, 1, 1, 1)
    assert sorted(sync.gateway.sent) == ["a.md", "d.md"]
    assert sorted(sync.documents) == ["a.md", "c.md", "d.md"]
    assert list(sync.documents["d.md"].groups) == ["staff"]


async def test_other_groups_are_brought_to_documents_that_did_not_change(sync):
    await sync()
    report = await sync(groups=("hr",))

    assert report.changed == 3
    assert list(sync.documents["a.md"].groups) == ["hr"]


async def test_what_somebody_else_wrote_is_neither_replaced_nor_deleted(sync):
    await sync()
    async with AsyncClient(sync.address, KEY) as other:
        documents = [Document(id="a.md", content=b"mine"), Document(id="x.md", content=b"mine")]
        assert len([one async for one in other.put(documents, corpus="docs")]) == 2
    (sync.folder / "b.md").unlink()

    report = await sync()

    assert (report.foreign, report.deleted, report.in_step) == (["a.md"], 1, False)
    assert sync.documents["a.md"].content == sync.documents["x.md"].content == b"mine"

    adopting = await sync(adopt=True)
    assert (adopting.changed, adopting.in_step) == (1, True)


async def test_a_document_that_somebody_else_writes_meanwhile_is_not_deleted(sync):
    await sync()
    (sync.folder / "b.md").unlink()
    sync.gateway.when_listed = sync.documents["b.md"].metadata.clear

    report = await sync()

    assert (report.deleted, "b.md" in sync.documents) == (0, True)


async def test_a_run_that_was_broken_off_is_taken_up_by_the_next(sync):
    for number in range(20):
        sync.write(f"{number}.md", f"{number}")
    sync.gateway.away_after = 7
    round_ = asyncio.ensure_future(sync())
    async with asyncio.timeout(10):
        while len(sync.gateway.sent) < 7:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)

    report = await sync()

    assert (report.added, report.unchanged) == (16, 7)
    assert len(sync.gateway.sent) == 23


async def test_a_gateway_that_goes_away_for_a_moment_is_waited_for(sync):
    sync.gateway.away_after = 2

    report = await sync()

    assert report.in_step
    assert sorted(sync.documents) == ["a.md", "b.md", "c.md"]


async def test_a_dry_run_tells_and_does_nothing(sync):
    told = await sync(dry_run=True)
    assert (told.added, sync.gateway.corpora, sync.gateway.sent) == (3, {}, [])

    await sync()
    (sync.folder / "a.md").unlink()
    told = await sync(dry_run=True)

    assert (told.deleted, told.unchanged, len(sync.documents)) == (1, 2, 3)


async def test_deletions_wait_when_they_are_not_wanted_or_too_many(sync):
    for number in range(20):
        sync.write(f"{number}.md", f"{number}")
    await sync()
    for number in range(20):
        (sync.folder / f"{number}.md").unlink()
    sync.write("new.md", "new")

    with pytest.raises(TooManyDeletions, match="20 of 23"):
        await sync()
    assert "new.md" not in sync.documents

    kept = await sync(delete=False)
    assert (kept.left, kept.added, len(sync.documents)) == (20, 1, 24)

    forced = await sync(force=True)
    assert (forced.deleted, len(sync.documents)) == (20, 4)


async def test_what_cannot_be_mirrored_is_told_and_stops_nothing(sync):
    (sync.folder / "huge.md").write_bytes(b"x" * (8 * 2**20 + 1))
    (sync.folder / "odd.md").symlink_to("/etc/passwd")
    sync.write("poor.md", "poor")
    (sync.folder / "void.md").touch()
    sync.gateway.outcome_of["c.md"] = ingestion.PutDocumentsResponse(
        refused=ingestion.Refused(reason="is no text", field="content")
    ).SerializeToString()
    sync.gateway.outcome_of["poor.md"] = b"\xfa\x01\x00"  # field 31: an outcome that is newer than this client

    report = await sync()

    assert (report.added, report.empty, report.in_step) == (2, 1, False)
    assert set(report.skipped) == {"huge.md", "odd.md"}
    assert report.tally.refused == {"c.md": "content is no text"}
    assert report.tally.others == {"unknown": 1}
