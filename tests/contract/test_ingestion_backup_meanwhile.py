"""What happens to a backup of real stores while it is taken."""

from __future__ import annotations

from itertools import count

import pytest
import pytest_asyncio

from ingestion.backup.folder import Folder
from ingestion.backup.saving import Saver
from ingestion.backup.words import Damaged
from ingestion.postgres import pool
from ingestion.postgres.backup import PostgresSource
from rigs.backups import AT_ONCE, filled
from rigs.ingestion import TENANT, document, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-backup")]

NAMES = (f"passing-{number}" for number in count())


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


class Passing:
    """The store of originals; before it reads one, something happens."""

    def __init__(self, originals, happens):
        self._originals = originals
        self._happens = happens

    async def read(self, tenant, digest):
        happens, self._happens = self._happens, None
        if happens:
            await happens(digest)
        return await self._originals.read(tenant, digest)


async def saved(world, folder, corpus, happens):
    async with pool(world.dsn, 2, 10) as reads:
        originals = Passing(world.ports.originals, happens)
        return await Saver(PostgresSource(reads, 10), originals, Folder(folder)).save(TENANT, [corpus.name])


async def test_what_comes_and_goes_while_a_backup_is_taken_is_not_half_in_it(world, ingestion, corpus, tmp_path):
    await put(ingestion, corpus, document("z", f"Only in {corpus.name}.", metadata={"owner": "jo"}))

    async def happens(digest):
        await ingestion.eraser.erase(corpus, "z", "ann")
        await put(ingestion, corpus, document("later", "Too late.", metadata={"owner": "jo"}))

    manifest = await saved(world, tmp_path / "b", corpus, happens)

    (one,) = manifest.corpora
    assert (one.documents, one.held, one.left_out) == (22, 1, 1)
    names = [record.source_id for portion in Folder(tmp_path / "b").read(one.file, one.sha256, 9) for record in portion]
    assert ("later" in names, "z" in names, len(names)) == (False, False, 23)


async def test_an_original_that_is_lost_is_told_and_no_backup_is_left_that_looks_whole(
    world, ingestion, corpus, tmp_path
):
    async def happens(digest):
        await world.ports.originals.remove(TENANT, digest)

    with pytest.raises(Damaged, match="is lost"):
        await saved(world, tmp_path / "b", corpus, happens)
    with pytest.raises(Damaged, match="no backup"):
        Folder(tmp_path / "b").manifest()
