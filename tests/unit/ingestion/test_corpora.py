"""Corpora are made once, with settings that never change."""

from __future__ import annotations

import pytest

from chassis.errors import AlreadyExists, NotFound
from fakes.embedder import MODEL
from ingestion.corpora.creating import collection_of
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking, EmbeddingModel
from rigs.ingestion import TENANT, fake_world


@pytest.fixture
async def corpora():
    async with fake_world().running() as ingestion:
        yield ingestion.corpora


async def test_a_corpus_is_pinned_to_the_model_that_serves(corpora):
    corpus, created = await corpora.create(TENANT, "library", Chunking(), CorpusSettings())

    assert created
    assert corpus.index.settings.embedding == MODEL
    assert corpus.index.collection == "chunks2_embedding_v1_8"


async def test_the_same_corpus_again_is_the_same_corpus(corpora):
    first, _ = await corpora.create(TENANT, "library", Chunking(max_tokens=128), CorpusSettings())

    again, created = await corpora.create(TENANT, "library", Chunking(max_tokens=128), CorpusSettings())

    assert (again.id, created) == (first.id, False)


async def test_a_corpus_with_other_settings_is_refused(corpora):
    await corpora.create(TENANT, "library", Chunking(max_tokens=128), CorpusSettings())

    with pytest.raises(AlreadyExists):
        await corpora.create(TENANT, "library", Chunking(max_tokens=64), CorpusSettings())


async def test_tenants_have_names_of_their_own(corpora):
    ours, _ = await corpora.create(TENANT, "library", Chunking(), CorpusSettings())
    theirs, created = await corpora.create("globex", "library", Chunking(), CorpusSettings())

    assert created
    assert ours.id != theirs.id
    with pytest.raises(NotFound):
        await corpora.named("initech", "library")


def test_a_collection_is_named_after_its_vector_space():
    model = EmbeddingModel(role="embedding", name="embedding-int8", version="2", dimension=384)

    assert collection_of(model) == "chunks2_embedding_int8_v2_384"
