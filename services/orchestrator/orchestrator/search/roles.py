"""Which embedding model a corpus wants its questions embedded with.

Nearly all corpora want the default one. Another is learnt when a search is refused for it, and remembered: the
refusal says that the vector is of another space, so nothing wrong is ever found, only found later.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Protocol

from chassis.identity import bearer
from orchestrator.search.words import Query

__all__ = ["DEFAULT", "OTHER_MODEL", "RoleReader", "Roles"]

DEFAULT: Final = "embedding"
"""The role that embeds where nothing else is known."""

OTHER_MODEL: Final = "OTHER_EMBEDDING_MODEL"
"""The reason of retrieval's refusal."""

MOST: Final = 4096
"""Indexes whose role is remembered."""

Place = tuple[str, str, int]


class RoleReader(Protocol):
    """Knows the indexes of corpora."""

    async def role(self, corpus: str, index: int) -> str:
        """Return the role of an index's embedding model; raise `NotFound`."""
        ...


class Roles:
    """Remembers roles by tenant, corpus and index."""

    def __init__(self, reader: RoleReader) -> None:
        self._reader = reader
        self._known: OrderedDict[Place, str] = OrderedDict()

    def of(self, query: Query) -> str:
        """Return the role that is known, or the default."""
        return self._known.get(_place(query), DEFAULT)

    async def learn(self, query: Query) -> None:
        """Ask for the role, and remember it."""
        self._known[_place(query)] = await self._reader.role(query.corpus, query.index)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


def _place(query: Query) -> Place:
    who = bearer()
    return (who.identity.tenant if who else "", query.corpus, query.index)
