"""What breaks a contract is held back, is listed, and becomes visible when it is mended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.errors import Unavailable
from fakes.quarantine import FakeQuarantine
from ingestion.checking.words import Author
from ingestion.contracts.findings import Rule
from ingestion.quarantine.mending import Changes
from ingestion.writing.words import Quarantined, Refused, Written
from rigs.demanding import ANN, HR, OWNED, demanding, held
from rigs.ingestion import document, fake_world, put


@pytest.fixture
def world():
    return fake_world()


async def replayed(ingestion, corpus, author, *source_ids, **changes):
    outcomes = ingestion.quarantine.replay(corpus, author, source_ids, Changes(**changes))
    return {outcome.source_id: outcome async for outcome in outcomes}


async def test_a_document_that_breaks_the_contract_is_held_back_with_its_reasons(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)

        outcomes = await put(ingestion, corpus, document("a", author=ANN), document("b", metadata={"owner": "jo"}))

        assert [finding.rule for finding in outcomes["a"].checked.findings] == [Rule.REQUIRED]
        assert isinstance(outcomes["b"], Written)
        assert (await world.eye.visible(corpus)).keys() == {"b"}
        assert (await held(ingestion, corpus))["a"].by == "ann"


async def test_what_was_visible_stays_visible_when_its_next_version_is_held_back(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a", "Old.", metadata={"owner": "jo"}))

        outcome = (await put(ingestion, corpus, document("a", "New.")))["a"]

        assert isinstance(outcome, Quarantined)
        assert (await world.eye.visible(corpus))["a"].text == "Old."


async def test_what_is_mended_becomes_visible_and_leaves_quarantine(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a", "Text.", title="T", metadata={"k": "v", "w": "x"}))

        outcomes = await replayed(ingestion, corpus, ANN, "a", metadata={"owner": "jo"}, without=frozenset({"w"}))

        assert isinstance(outcomes["a"], Written)
        assert await held(ingestion, corpus) == {}
        assert world.eye.ledger.documents[corpus.id, "a"].metadata == {"k": "v", "owner": "jo"}


async def test_what_is_put_again_unmended_is_held_back_again(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a"))

        assert isinstance((await replayed(ingestion, corpus, ANN, "a"))["a"], Quarantined)
        assert (await held(ingestion, corpus)).keys() == {"a"}


async def test_everything_is_put_again_after_the_contract_was_changed(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        names = [f"d{number:03}" for number in range(250)]
        await put(ingestion, corpus, *map(document, names))
        relaxed = await demanding(ingestion)

        outcomes = await replayed(ingestion, relaxed, ANN)

        assert sorted(outcomes) == names
        assert all(isinstance(outcome, Written) for outcome in outcomes.values())
        assert await held(ingestion, corpus) == {}


async def test_a_good_version_puts_an_end_to_the_held_one(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a", "Bad."))

        await put(ingestion, corpus, document("a", "Good.", metadata={"owner": "jo"}))

        assert await held(ingestion, corpus) == {}


@pytest.mark.parametrize("visible", [True, False])
async def test_deleting_a_document_deletes_its_held_version(world, visible):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        if visible:
            await put(ingestion, corpus, document("a", "Good.", metadata={"owner": "jo"}))
        await put(ingestion, corpus, document("a", "Bad."))

        await ingestion.putter.delete(corpus, "a")

        assert await held(ingestion, corpus) == {}


async def test_what_is_visible_as_it_is_leaves_quarantine_when_it_is_put_again(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion)
        await put(ingestion, corpus, document("a", "Text."))
        strict = await demanding(ingestion, **OWNED)
        await put(ingestion, strict, document("a", "Text.", title="Other"))

        outcomes = await replayed(ingestion, strict, ANN, "a", title="")

        assert isinstance(outcomes["a"], Quarantined)
        world.eye.ledger.held[corpus.id, "a"] = replace(world.eye.ledger.held[corpus.id, "a"], title="")
        assert (await replayed(ingestion, strict, ANN, "a"))["a"].unchanged
        assert await held(ingestion, corpus) == {}


async def test_discarding_forgets_and_counts(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a"), document("b"))

        assert await ingestion.quarantine.discard(corpus, ANN, ["a", "nothing"]) == 1
        assert (await held(ingestion, corpus)).keys() == {"b"}


async def test_who_may_not_read_a_document_does_not_see_it_held_unless_the_own_key_wrote_it(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        writer = Author(by="writer")
        await put(ingestion, corpus, document("secret", groups=("hr",), author=writer), document("open"))

        assert (await held(ingestion, corpus, ANN)).keys() == {"open"}
        assert (await held(ingestion, corpus, HR)).keys() == {"open", "secret"}
        assert (await held(ingestion, corpus, writer)).keys() == {"open", "secret"}
        assert await ingestion.quarantine.discard(corpus, ANN, ["secret"]) == 0
        assert isinstance((await replayed(ingestion, corpus, ANN, "secret"))["secret"], Refused)


async def test_a_replay_that_asks_for_what_is_not_there_says_so_and_goes_on(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a"))

        outcomes = await replayed(ingestion, corpus, ANN, "nothing", "a", metadata={"owner": "jo"})

        assert outcomes["nothing"].word == "NOT_IN_QUARANTINE"
        assert isinstance(outcomes["a"], Written)


async def test_too_much_metadata_after_mending_is_refused(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a", metadata={f"k{number}": "v" for number in range(64)}))

        outcomes = await replayed(ingestion, corpus, ANN, "a", metadata={"owner": "jo"})

        assert outcomes["a"].field == "metadata"


async def test_an_original_that_is_lost_is_refused_and_stays_held(world):
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)
        await put(ingestion, corpus, document("a"))
        world.ports.originals.kept.clear()

        assert (await replayed(ingestion, corpus, ANN, "a"))["a"].word == "LOST_ORIGINAL"
        assert (await held(ingestion, corpus)).keys() == {"a"}


class AwayQuarantine(FakeQuarantine):
    async def hold(self, corpus, held):
        raise Unavailable("the ledger of documents is away")


async def test_a_document_that_cannot_be_held_is_refused_to_be_tried_again(world):
    world.ports = replace(world.ports, quarantine=AwayQuarantine(world.eye.ledger))
    async with world.running() as ingestion:
        corpus = await demanding(ingestion, **OWNED)

        assert (await put(ingestion, corpus, document("a")))["a"].retryable
