"""Resources, what happens to them, and who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

Spec = Mapping[str, Any]
"""What a resource says, as JSON holds it; what is the default is left out."""


class Ref(NamedTuple):
    """Which resource."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that an operator declares."""

    ref: Ref
    spec: Spec
    version: int
    """The version of the whole at which it changed last."""

    changed: datetime | None = None
    """When that was; None while it is not written."""


class Action(Enum):
    """What becomes of a resource."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one resource; None is: not there."""

    ref: Ref
    before: Spec | None
    after: Spec | None

    @property
    def action(self) -> Action:
        """Whether it comes, changes or goes."""
        if self.before is None:
            return Action.CREATED
        return Action.DELETED if self.after is None else Action.CHANGED


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something."""

    key_id: str
    tenant: str


CONTROL = Author("control", "")
"""The service itself, at its first start."""


@dataclass(frozen=True, slots=True)
class Book:
    """All resources, at one version."""

    version: int
    resources: Mapping[Ref, Resource]

    def after(self, changes: Sequence[Change], version: int) -> Book:
        """Return the book as it is when the changes are made."""
        resources = dict(self.resources)
        for change in changes:
            if change.after is None:
                resources.pop(change.ref, None)
            else:
                resources[change.ref] = Resource(ref=change.ref, spec=change.after, version=version)
        return Book(version, resources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one version of the whole to the next."""

    base: int
    """The version that it starts from; when that is another by then, nothing is written."""

    version: int
    changes: Sequence[Change]
    document: bytes
    """The snapshot of that version, as watchers get it."""

    author: Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A step that was made."""

    version: int
    at: datetime
    author: Author
    changes: Sequence[Change]
