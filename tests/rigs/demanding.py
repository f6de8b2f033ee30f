"""Corpora that demand something of their documents, and who writes to them."""

from __future__ import annotations

from chassis.errors import NotFound
from ingestion.assembly import Ingestion
from ingestion.checking.held import Held
from ingestion.checking.words import Author
from ingestion.contracts.words import Contract
from ingestion.corpora.words import Corpus
from rigs.ingestion import TENANT, corpus_of

OWNED = {"fields": {"owner": {"required": True}}}
ANN = Author(by="ann", groups=frozenset({"everyone"}))
HR = Author(by="hilda", groups=frozenset({"everyone", "hr"}))
ALIKE = " ".join(f"turbine {number} turns in the water" for number in range(60))


async def demanding(ingestion: Ingestion, name: str = "library", **contract) -> Corpus:
    try:
        corpus = await ingestion.corpora.named(TENANT, name)
    except NotFound:
        corpus = await corpus_of(ingestion, name)
    return await ingestion.changes.demand(TENANT, corpus.name, Contract.model_validate(contract))


async def held(ingestion: Ingestion, corpus: Corpus, author: Author = ANN) -> dict[str, Held]:
    return {one.source_id: one for one in (await ingestion.quarantine.page(corpus, author, "", 100)).documents}
