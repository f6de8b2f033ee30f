"""All resources together become a snapshot, or it is said which of them does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from chassis.errors import InvalidArgument
from chassis.snapshot import Snapshot
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.loading import place
from chassis.validation import invalid
from control.resources.kinds import KINDS
from control.resources.specs import part
from control.resources.words import Book, Ref

MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest snapshot; half of what a message may hold."""


class Misfit(Exception):
    """A resource does not fit the others."""

    def __init__(self, ref: Ref, path: Sequence[int | str], why: str) -> None:
        super().__init__(f"{ref}: {why}")
        self.ref = ref
        self.path = path
        """Where in the resource's spec."""

        self.why = why


def built(book: Book) -> bytes:
    """Return the snapshot of these resources as JSON; raise `Misfit`, or `InvalidArgument` where none is to blame."""
    refs, parts = _parts(book)
    try:
        snapshot = Snapshot(version=book.version, **parts)
    except ValidationError as failure:
        raise _blamed(failure, refs) from None
    document = snapshot.model_dump_json(exclude_defaults=True).encode()
    if len(document) > MOST_BYTES:
        raise InvalidArgument(f"all resources together take {len(document)} bytes, more than {MOST_BYTES}")
    return document


def _parts(book: Book) -> tuple[Mapping[str, Sequence[Ref]], dict[str, Any]]:
    """Return the fields of the snapshot, and for each of its lists whose resources are in it, in the same order."""
    refs: dict[str, list[Ref]] = {kind.part: [] for kind in KINDS.values()}
    parts: dict[str, Any] = {}
    for ref, resource in sorted(book.resources.items()):
        kind = KINDS[ref.kind]
        made: Frozen = part(kind, ref.name, resource.spec, resource.version)
        refs[kind.part].append(ref)
        if kind.single:
            parts[kind.part] = made
        else:
            parts.setdefault(kind.part, []).append(made)
    return refs, parts


def _blamed(failure: ValidationError, refs: Mapping[str, Sequence[Ref]]) -> Exception:
    path, why = place(failure.errors(include_url=False)[0]), invalid(failure).violations[0].why
    match path:
        case (str() as name, int() as index, *inner) if index < len(refs.get(name, ())):
            return Misfit(refs[name][index], inner, why)
    return InvalidArgument(why, reason="MISFIT")
