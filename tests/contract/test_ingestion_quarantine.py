"""Quarantine and signatures: the same cases in memory and on PostgreSQL."""

from __future__ import annotations

from itertools import count

import pytest
import pytest_asyncio

from ingestion.checking.words import Author
from ingestion.contracts.findings import Rule
from ingestion.quarantine.mending import Changes
from ingestion.writing.words import Quarantined, Written
from rigs.demanding import ALIKE, ANN, HR, OWNED, demanding, held
from rigs.ingestion import document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-stores")]

NAMES = (f"demanding-{number}" for number in count())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running() as running:
        yield running


async def corpus_that(ingestion, **contract):
    return await demanding(ingestion, next(NAMES), **contract)


async def test_what_is_held_is_kept_as_it_was_sent(ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    sent = document("ü 1.md", "Text.", mime="text/markdown", title="T", uri="u", metadata={"k": "v"}, author=ANN)

    await put(ingestion, corpus, sent)

    (kept,) = (await held(ingestion, corpus)).values()
    assert (kept.source_id, kept.mime, kept.title, kept.uri) == ("ü 1.md", "text/markdown", "T", "u")
    assert (kept.groups, kept.metadata, kept.size, kept.by) == (("everyone",), {"k": "v"}, 5, "ann")
    assert [(finding.rule, finding.field, finding.holds_back) for finding in kept.findings] == [
        (Rule.REQUIRED, "metadata.owner", True)
    ]
    assert kept.since is not None


async def test_the_last_one_of_an_id_is_held(ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    await put(ingestion, corpus, document("a", "One."))

    await put(ingestion, corpus, document("a", "Number two."))

    assert [kept.size for kept in (await held(ingestion, corpus)).values()] == [11]


async def test_a_replay_of_what_is_mended_commits_it_and_releases_it(world, ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    await put(ingestion, corpus, document("a", "Text."), document("b", "Text."))

    replay = ingestion.quarantine.replay(corpus, ANN, ["a"], Changes(metadata={"owner": "jo"}))
    outcomes = [outcome async for outcome in replay]

    assert [type(outcome) for outcome in outcomes] == [Written]
    assert (await world.eye.visible(corpus))["a"].text == "Text."
    assert list(await held(ingestion, corpus)) == ["b"]


async def test_going_back_to_what_is_visible_releases_what_is_held(world, ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    mine = {"metadata": {"owner": "jo"}}
    await put(ingestion, corpus, document("a", "One.", **mine), document("b", "Two.", **mine))
    await put(ingestion, corpus, document("a", "One, nobody's."), document("b", "Two, nobody's."))
    before = await world.eye.books(corpus)

    outcomes = await put(ingestion, corpus, document("a", "One.", **mine))

    assert outcomes["a"].unchanged
    assert (await held(ingestion, corpus)).keys() == {"b"}
    assert await world.eye.books(corpus) == before


async def test_deleting_and_discarding_forget(ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    await put(ingestion, corpus, document("a", "Good.", metadata={"owner": "jo"}))
    await put(ingestion, corpus, document("a"), document("b"), document("c"))

    await ingestion.putter.delete(corpus, "a")
    await ingestion.putter.delete(corpus, "b")
    assert list(await held(ingestion, corpus)) == ["c"]
    assert await ingestion.quarantine.discard(corpus, ANN, ["c", "b"]) == 1
    assert await held(ingestion, corpus) == {}


async def test_groups_and_keys_say_who_sees_what_is_held(ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    writer = Author(by="writer")
    await put(ingestion, corpus, document("secret", groups=("hr",), author=writer), document("open"))

    assert list(await held(ingestion, corpus, ANN)) == ["open"]
    assert list(await held(ingestion, corpus, HR)) == ["open", "secret"]
    assert list(await held(ingestion, corpus, writer)) == ["open", "secret"]
    assert list(await held(ingestion, corpus, Author())) == ["open"]
    assert await ingestion.quarantine.discard(corpus, ANN, ["secret"]) == 0


async def test_pages_go_on_after_an_id(ingestion):
    corpus = await corpus_that(ingestion, **OWNED)
    await put(ingestion, corpus, *map(document, "abcde"))

    first = await ingestion.quarantine.page(corpus, ANN, "", 2)
    last = await ingestion.quarantine.page(corpus, ANN, "d", 2)

    assert ([kept.source_id for kept in first.documents], first.more) == (["a", "b"], True)
    assert ([kept.source_id for kept in last.documents], last.more) == (["e"], False)


async def test_twins_are_found_by_their_bands_in_their_corpus_alone(ingestion):
    corpus, other = await corpus_that(ingestion, near_duplicates="quarantine"), await corpus_that(ingestion)
    await put(ingestion, corpus, document("a", ALIKE), document("far", "Nothing of the kind, about something else."))

    twin = (await put(ingestion, corpus, document("b", f"{ALIKE} today", author=ANN)))["b"]
    elsewhere = (await put(ingestion, other, document("b", ALIKE)))["b"]
    itself = (await put(ingestion, corpus, document("a", f"{ALIKE} again")))["a"]

    assert isinstance(twin, Quarantined)
    assert twin.checked.twin.source_id == "a"
    assert [kept.near_duplicate_of for kept in (await held(ingestion, corpus)).values()] == ["a"]
    assert elsewhere.checked.twin is None
    assert isinstance(itself, Written)


async def test_a_replaced_or_deleted_text_is_nobodys_twin(ingestion):
    corpus = await corpus_that(ingestion)
    await put(ingestion, corpus, document("a", ALIKE), document("b", ALIKE.replace("water", "river")))
    await put(ingestion, corpus, document("a", "Something else altogether, which is short."))
    await ingestion.putter.delete(corpus, "b")

    outcomes = await put(ingestion, corpus, document("c", ALIKE), document("d", ALIKE.replace("water", "river")))

    assert all(outcome.checked.twin is None for outcome in outcomes.values())


async def test_a_twin_that_one_may_not_read_does_not_exist(ingestion):
    corpus = await corpus_that(ingestion, near_duplicates="quarantine")
    await put(ingestion, corpus, document("secret", ALIKE, groups=("hr",), author=HR))

    for_ann = (await put(ingestion, corpus, document("probe", ALIKE, author=ANN)))["probe"]
    for_hr = (await put(ingestion, corpus, document("copy", f"{ALIKE} too", author=HR)))["copy"]

    assert (type(for_ann), for_ann.checked.twin) == (Written, None)
    assert isinstance(for_hr, Quarantined)


async def test_what_is_usual_is_measured(world, ingestion):
    corpus = await corpus_that(ingestion, near_duplicates="report")
    await put(ingestion, corpus, *(document(f"d{number}", "x" * 100) for number in range(5)))

    usual = await world.ports.signatures.usual(corpus.id)

    assert (usual.documents, round(usual.mean, 3), round(usual.deviation, 3)) == (5, 4.605, 0.0)
