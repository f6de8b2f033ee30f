"""What routes gave the request being served: a target is chosen once, and kept for as long as the request lives.

The choices travel with the request's calls, so that a service that is called twice for one answer gives it the same
target twice; and they travel back, so that whoever answers can say who took part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

METADATA_KEY: Final = "forebay-routes"
_ENTRY: Final = re.compile(r"(model|service)/(\S+) (\S+) (\S+) ([0-9]{1,18})")
_MOST: Final = 32
"""Choices that are read from one call; a request meets far fewer roles."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A target, as a table of routes gave it to a request."""

    key: str
    """The route's: kind and role."""

    target: str
    """The target's name."""

    tier: str
    version: int
    """The table's."""

    @property
    def role(self) -> str:
        """Return the role without its kind."""
        return self.key.partition("/")[2]


class Choices:
    """The choices of one request, in the order in which they were made."""

    def __init__(self, given: Iterable[Choice] = ()) -> None:
        self._by_key = {choice.key: choice for choice in given}
        self._given = frozenset(self._by_key.values())

    def of(self, key: str) -> Choice | None:
        """Return what that route gave, if it was asked."""
        return self._by_key.get(key)

    def add(self, choice: Choice) -> None:
        """Keep a choice in place of an earlier one of the same route."""
        self._by_key[choice.key] = choice

    def learn(self, metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Keep what a callee chose, as its trailing metadata says; choices made here stand."""
        for choice in read(metadata):
            self._by_key.setdefault(choice.key, choice)

    def all(self) -> tuple[Choice, ...]:
        """Return them all."""
        return tuple(self._by_key.values())

    def made(self) -> tuple[Choice, ...]:
        """Return those that did not come with the call."""
        return tuple(choice for choice in self._by_key.values() if choice not in self._given)


_choices: ContextVar[Choices | None] = ContextVar("forebay_choices", default=None)


def begin(given: Iterable[Choice] = ()) -> Choices:
    """Start the choices of the request that this task serves; its context ends with it."""
    choices = Choices(given)
    _choices.set(choices)
    return choices


def current() -> Choices | None:
    """Return the choices of the request being served; None when none is."""
    return _choices.get()


def taken() -> tuple[Choice, ...]:
    """Return who took part in the request so far."""
    choices = _choices.get()
    return () if choices is None else choices.all()


def carried(choices: tuple[Choice, ...]) -> list[tuple[str, str]]:
    """Return the metadata that says the choices; none when there are none."""
    if not choices:
        return []
    said = (f"{choice.key} {choice.target} {choice.tier} {choice.version}" for choice in choices)
    return [(METADATA_KEY, ",".join(said))]


def read(metadata: Iterable[tuple[str, str | bytes]]) -> tuple[Choice, ...]:
    """Return the choices that metadata says; what cannot be read is left out."""
    text = next((value for key, value in metadata if key == METADATA_KEY), "")
    if not isinstance(text, str):
        return ()
    found = (_ENTRY.fullmatch(entry) for entry in text.split(",")[:_MOST])
    return tuple(Choice(f"{one[1]}/{one[2]}", one[3], one[4], int(one[5])) for one in found if one)
