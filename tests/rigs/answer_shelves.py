"""Shelves of answers, the fake and a real one, to which ingestion shows the versions of corpora."""

from __future__ import annotations

from fakes.answers import FakeAnswers
from gateway.cache.words import Key, Scope


class Fake:
    def __init__(self):
        self.shelf = FakeAnswers()

    async def show(self, corpus, version):
        self.shelf.shown[corpus.tenant, corpus.name] = version

    async def withdraw(self, corpus):
        self.shelf.shown.pop((corpus.tenant, corpus.name), None)


class Real:
    def __init__(self, shelf, versions):
        self.shelf = shelf
        self._versions = versions

    async def show(self, corpus, version):
        await self._versions.drop([corpus])
        await self._versions.put(corpus, version)

    async def withdraw(self, corpus):
        await self._versions.drop([corpus])


def key(corpus, question="why?", **scope):
    fields = {"groups": frozenset({"everyone"}), "filter": "", "max_sources": 4, "max_output_tokens": 0}
    fields |= {"temperature": 0.0, "seed": 0, "routes": "r"}
    return Key(scope=Scope(tenant=corpus.tenant, corpus=corpus.name, **(fields | scope)), question=question)
