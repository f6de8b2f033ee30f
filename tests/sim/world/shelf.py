"""The shelf of versions. It forgets everything when the power goes."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.corpora.words import Corpus


class SimShelf:
    """What readers are shown, by tenant and corpus. Every method is one step."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], int] = {}
        self.tokens: dict[tuple[str, str], object] = {}
        """Of the last withdrawal, as `ingestion.valkey` leaves them."""
        self.run = 1
        self.noted = ""
        """The run that has been told all."""

    def power_cut(self) -> None:
        """Forget everything, and come back as another run."""
        self.versions.clear()
        self.tokens.clear()
        self.run += 1
        self.noted = ""

    def fresh(self) -> str:
        return "" if self.noted == str(self.run) else str(self.run)

    def settled(self, run: str) -> None:
        self.noted = run

    def lost(self, corpora: Sequence[Corpus]) -> list[Corpus]:
        return [corpus for corpus in corpora if (corpus.tenant, corpus.name) not in self.versions]

    def put(self, corpus: Corpus, version: int, token: object) -> None:
        if self.tokens.get((corpus.tenant, corpus.name)) is token:
            self.versions[corpus.tenant, corpus.name] = version

    def drop(self, corpora: Sequence[Corpus], token: object) -> None:
        for corpus in corpora:
            self.versions.pop((corpus.tenant, corpus.name), None)
            self.tokens[corpus.tenant, corpus.name] = token
