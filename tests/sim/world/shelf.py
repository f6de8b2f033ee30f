"""The shelf of versions. It forgets everything when the power goes."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.corpora.words import Corpus


class SimShelf:
    """What readers are shown, by tenant and corpus. Every method is one step."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], int] = {}

    def put(self, corpus: Corpus, version: int) -> None:
        self.versions[corpus.tenant, corpus.name] = version

    def drop(self, corpora: Sequence[Corpus]) -> None:
        for corpus in corpora:
            self.versions.pop((corpus.tenant, corpus.name), None)
