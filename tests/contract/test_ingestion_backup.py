"""Backups on PostgreSQL, Milvus Lite, Valkey and folders: saved, destroyed, restored, and searched as before."""

from __future__ import annotations

import json
import shutil
from itertools import count

import psycopg
import pytest
import pytest_asyncio

from rigs.backups import AT_ONCE, built, destroyed, filled, searches, tool
from rigs.demanding import held
from rigs.ingestion import TENANT, document, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-backup")]

NAMES = (f"saved-{number}" for number in count())
AUTHORS = """
select d.source_id, d.written_by, p.written_by, d.created_at, d.updated_at from forebay.documents d
join forebay.corpora c on c.id = d.corpus_id and c.deleted_at is null and c.name = %s
left join forebay.placements p on p.document_id = d.id order by 1
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running(AT_ONCE) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def corpus(ingestion):
    return await filled(ingestion, next(NAMES))


def rows(world, question, *values):
    with psycopg.connect(world.dsn) as connection:
        return connection.execute(question, values).fetchall()


def originals(world):
    return {file.name for file in (world.folder / "originals" / TENANT).rglob("?" * 64)}


async def test_a_corpus_that_was_destroyed_is_found_again_as_it_was(world, ingestion, corpus, tmp_path):
    before, authors = await searches(world, corpus.name), rows(world, AUTHORS, corpus.name)
    waiting = await held(ingestion, corpus)
    books = await world.eye.books(corpus)

    assert await tool(world, "save", corpus.name, "--tenant", TENANT, "-f", tmp_path / "b") == (
        0,
        f"{corpus.name}: 22 documents, 1 held back\n",
    )
    await destroyed(ingestion, corpus.name)
    assert originals(world) == set()
    code, said = await tool(world, "restore", "-f", tmp_path / "b")
    assert (code, said) == (0, f"{TENANT}/{corpus.name}: 22 documents; ingestion fills its index now\n")
    await built(ingestion)

    restored = await ingestion.corpora.named(TENANT, corpus.name)
    assert restored.id != corpus.id
    assert await searches(world, corpus.name) == before
    assert sum(map(len, before)) > 100
    assert rows(world, AUTHORS, corpus.name) == authors
    assert await held(ingestion, restored) == waiting
    assert restored.settings == (await ingestion.corpora.named(TENANT, corpus.name)).settings
    after = await world.eye.books(restored)
    assert (after.documents, after.chunks, after.lexicon) == (books.documents, books.chunks, books.lexicon)
    assert after.version > books.version
    assert all(seen.whole for seen in (await world.eye.visible(restored)).values())
    assert (await put(ingestion, restored, document("new", "New water.", metadata={"owner": "jo"})))["new"].chunks


async def test_a_corpus_is_restored_beside_the_one_that_is_there(world, ingestion, corpus, tmp_path):
    await tool(world, "save", corpus.name, "--tenant", TENANT, "-f", tmp_path / "b")

    refused = await tool(world, "restore", "-f", tmp_path / "b")
    other = await tool(world, "restore", "-f", tmp_path / "b", "--tenant", "globex", "--as", "theirs")
    await built(ingestion)

    assert refused[0] == 1
    assert f"{TENANT} has a corpus {corpus.name}" in refused[1]
    assert other[0] == 0
    assert await searches(world, "theirs", "globex") == await searches(world, corpus.name)


def _cut(folder, name):
    file = folder / f"{name}.jsonl"
    file.write_bytes(file.read_bytes()[:-40])


def _changed_record(folder, name):
    file = folder / f"{name}.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"page 03"', b'"page 99"'))


def _changed_original(folder, name):
    next((folder / "originals").rglob("?" * 64)).write_bytes(b"something else")


def _newer(folder, name):
    file = folder / "backup.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))


DAMAGES = {
    "no manifest": (lambda folder, name: (folder / "backup.json").unlink(), "no backup, or one that was cut off"),
    "a manifest that is cut off": (lambda folder, name: (folder / "backup.json").write_text("{"), "cannot be read"),
    "a later format": (_newer, "format 99"),
    "records cut off": (_cut, "cannot be read"),
    "a changed record": (_changed_record, "was changed or cut off"),
    "no records": (lambda folder, name: (folder / f"{name}.jsonl").unlink(), "is missing"),
    "a changed original": (_changed_original, "was changed or cut off"),
    "an original less": (lambda folder, name: next((folder / "originals").rglob("?" * 64)).unlink(), "is missing"),
}


async def test_a_damaged_backup_is_refused_and_nothing_is_changed(world, ingestion, corpus, tmp_path):
    await tool(world, "save", corpus.name, "--tenant", TENANT, "-f", tmp_path / "b")
    await destroyed(ingestion, corpus.name)
    before = rows(world, "select count(*) from forebay.documents"), originals(world)

    for number, (damage, told) in enumerate(DAMAGES.values()):
        damaged = tmp_path / str(number)
        shutil.copytree(tmp_path / "b", damaged)
        damage(damaged, corpus.name)
        code, said = await tool(world, "restore", "-f", damaged)
        assert (code, told in said, said.count("\n")) == (1, True, 1), said

    assert (rows(world, "select count(*) from forebay.documents"), originals(world)) == before
    assert rows(world, "select id from forebay.corpora where name = %s and deleted_at is null", corpus.name) == []


async def test_a_backup_needs_corpora_that_are_there_and_a_folder_of_its_own(world, corpus, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()

    unknown = await tool(world, "save", "absent", "--tenant", TENANT, "-f", tmp_path / "b")
    full = await tool(world, "save", corpus.name, "--tenant", TENANT, "-f", tmp_path / "full")

    assert unknown == (1, f"{TENANT} has no corpus named absent\n")
    assert (full[0], "is not empty" in full[1]) == (1, True)


async def test_what_was_erased_since_is_not_restored(world, ingestion, corpus, tmp_path):
    await ingestion.eraser.erase(corpus, "page 01", "ann")
    await put(ingestion, corpus, document("page 01", "Put again after that.", metadata={"owner": "jo"}))
    await tool(world, "save", corpus.name, "--tenant", TENANT, "-f", tmp_path / "b")
    await ingestion.eraser.erase(corpus, "page 02", "ann")

    _, said = await tool(world, "restore", "-f", tmp_path / "b", "--as", f"{corpus.name}-again")
    await built(ingestion)

    seen = await world.eye.visible(await ingestion.corpora.named(TENANT, f"{corpus.name}-again"))
    assert "21 documents" in said
    assert ("page 01" in seen, "page 02" in seen) == (True, False)
