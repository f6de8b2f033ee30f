from __future__ import annotations

import pytest

from chassis.deadline import within
from chassis.errors import Unavailable
from fakes.embedder_port import FakeEmbedder
from fakes.searcher import hit
from orchestrator.evidence.attribution import AttributionLimits, Attributor
from orchestrator.evidence.lines import pages
from orchestrator.evidence.support import Witness

ROUTES = hit(
    "Routes are kept in one versioned table. The table comes from the control service. It holds 12 rows.", "Routes"
)
CACHE = hit("The cache is not shared between tenants. A key holds the tenant and the groups.", "Cache")
READ = pages([ROUTES, CACHE])


@pytest.fixture
def embedder():
    return FakeEmbedder()


@pytest.fixture
def attributor(embedder):
    return Attributor(embedder, AttributionLimits())


def best(sentence):
    found = Witness(READ).supports(sentence)
    return found[0].score if found else 0.0


def test_a_quoted_sentence_is_supported_whole():
    assert best("Routes are kept in one versioned table.") > 0.9


def test_a_sentence_about_something_else_is_not_supported():
    assert best("Bananas grow in warm countries.") == 0


def test_a_wrong_number_costs_support():
    assert best("The table holds 99 rows.") < best("The table holds 12 rows.") / 1.5


def test_a_negation_on_one_side_costs_support():
    assert best("The cache is shared between tenants.") < best("The cache is not shared between tenants.") / 1.3


async def test_every_sentence_has_one_entry_and_its_span(attributor):
    text = "Routes are kept in one versioned table. Bananas grow in warm countries."

    first, second = await attributor.attribute(text, READ)

    assert text[first.start : first.end] == "Routes are kept in one versioned table."
    assert first.sources == (1,)
    assert text[second.start : second.end] == "Bananas grow in warm countries."
    assert second.sources == ()
    assert second.support < 0.4


async def test_spans_count_code_points(attributor):
    text = "“Déjà vu” 😀. A key holds the tenant and the groups."

    *_, last = await attributor.attribute(text, READ)

    assert text[last.start : last.end] == "A key holds the tenant and the groups."
    assert last.sources == (2,)


async def test_a_sentence_in_other_words_is_decided_by_its_vector(embedder, attributor):
    (alone,) = await attributor.attribute("Our versioned table stores each route safely.", READ)

    assert embedder.asked
    assert alone.sources == (1,)


async def test_vectors_can_speak_against_it_too(attributor):
    foe = FakeEmbedder(lambda text: (1.0, 0.0) if "safely" in text else (0.0, 1.0))

    (alone,) = await Attributor(foe, AttributionLimits()).attribute(
        "Our versioned table stores each route safely.", READ
    )

    assert alone.sources == ()


async def test_what_words_decide_costs_no_embedding(embedder, attributor):
    await attributor.attribute("Routes are kept in one versioned table. Bananas grow.", READ)

    assert embedder.asked == []


@pytest.mark.parametrize("left", [0.1, None])
async def test_without_time_or_embedding_the_words_decide_alone(embedder, attributor, left):
    embedder.failure = Unavailable()
    with within(left or 5):
        (alone,) = await attributor.attribute("Our versioned table stores each route safely.", READ)

    assert bool(embedder.asked) == (left is None)
    assert 0.4 <= alone.support < 0.75


async def test_an_empty_text_has_no_entries(attributor):
    assert await attributor.attribute("", READ) == ()


async def test_without_sources_nothing_is_supported(attributor):
    (alone,) = await attributor.attribute("Routes are kept here.", ())

    assert alone.sources == ()
    assert alone.support == 0
