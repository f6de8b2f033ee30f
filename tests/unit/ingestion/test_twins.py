"""Near-duplicates and unusual lengths: what is told about a document beside the others of its corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.errors import Unavailable
from fakes.quarantine import FakeSignatures
from ingestion.contracts.findings import Rule
from ingestion.writing.words import Quarantined, Written
from rigs.demanding import ALIKE, ANN, HR, demanding
from rigs.ingestion import document, fake_world, put


@pytest.fixture
def world():
    return fake_world()


class AwaySignatures(FakeSignatures):
    async def usual(self, corpus):
        raise Unavailable("the ledger of documents is away")


async def test_a_near_duplicate_is_named_and_written(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion)
        await put(ingestion, corpus, document("a", ALIKE))

        outcome = (await put(ingestion, corpus, document("b", ALIKE + " today")))["b"]

        assert isinstance(outcome, Written)
        assert outcome.checked.twin.source_id == "a"
        assert [finding.rule for finding in outcome.checked.findings] == [Rule.NEAR_DUPLICATE]


async def test_twins_in_one_stream_are_found(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, near_duplicates="quarantine")

        outcomes = await put(ingestion, corpus, document("a", ALIKE), document("b", ALIKE.upper()))

        assert {type(outcome) for outcome in outcomes.values()} == {Written, Quarantined}


async def test_a_document_is_no_twin_of_its_own_last_version(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, near_duplicates="quarantine")
        await put(ingestion, corpus, document("a", ALIKE))

        assert isinstance((await put(ingestion, corpus, document("a", ALIKE + " again")))["a"], Written)


async def test_a_twin_is_not_named_to_a_writer_who_may_not_know_of_it(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, near_duplicates="quarantine")
        await put(ingestion, corpus, document("secret", ALIKE, groups=("hr",), author=HR))

        for_ann = (await put(ingestion, corpus, document("probe", ALIKE, author=ANN)))["probe"]
        for_hr = (await put(ingestion, corpus, document("copy", ALIKE, author=HR)))["copy"]

        assert (type(for_ann), for_ann.checked.twin) == (Written, None)
        assert isinstance(for_hr, Quarantined)


async def test_a_deleted_document_is_nobodys_twin(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion)
        await put(ingestion, corpus, document("a", ALIKE))
        await ingestion.putter.delete(corpus, "a")

        assert (await put(ingestion, corpus, document("b", ALIKE)))["b"].checked.twin is None


async def test_while_nobody_knows_what_is_usual_nothing_is_unusual(world):
    world.ports = replace(world.ports, signatures=AwaySignatures(world.eye.ledger))
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, size_outliers="quarantine")

        assert isinstance((await put(ingestion, corpus, document("a")))["a"], Written)


async def test_a_document_much_longer_than_the_others_is_held_back(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, size_outliers="quarantine", near_duplicates="ignore")
        usual = [document(f"d{number}", f"About number {number}, which turns.") for number in range(60)]
        await put(ingestion, corpus, *usual)
    async with world.running() as ingestion:
        outcome = (await put(ingestion, corpus, document("long", "Much longer than the others. " * 100)))["long"]

        assert [finding.rule for finding in outcome.checked.findings] == [Rule.SIZE_OUTLIER]
