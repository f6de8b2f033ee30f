"""What has to change so that a manifest is true."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Aborted, FailedPrecondition
from control.manifests.reading import Declared, Manifest
from control.resources.words import Book, Change, Ref

OPERATOR = "operator"


class LockedOut(FailedPrecondition):
    """Nobody could change anything afterwards."""


def planned(book: Book, manifest: Manifest, *, prune: bool) -> list[Change]:
    """Return the changes by kind and name; raise `Aborted` where the manifest was written after an older version."""
    changes = [change for one in manifest.declared if (change := _change(book, manifest, one)) is not None]
    if prune:
        changes += _pruned(book, {one.ref for one in manifest.declared})
    return sorted(changes, key=lambda change: change.ref)


def check_operable(before: Book, after: Book) -> None:
    """Raise `LockedOut` when somebody could operate before and nobody could after."""
    if _operators(before) and not _operators(after):
        raise LockedOut(f"this would leave no key and no issuer with the role {OPERATOR!r}: nobody could undo it")


def _change(book: Book, manifest: Manifest, one: Declared) -> Change | None:
    now = book.resources.get(one.ref)
    found = 0 if now is None else now.version
    if one.version is not None and one.version != found:
        state = f"is at version {found}" if found else "is not there"
        raise Aborted(
            f"{manifest.file}:{one.line('version')}: {one.ref} {state}, not at {one.version}: "
            "somebody changed it since; get it again",
            reason="OTHER_VERSION",
        )
    before = None if now is None else now.spec
    return None if before == one.spec else Change(one.ref, before, one.spec)


def _pruned(book: Book, declared: set[Ref]) -> list[Change]:
    kinds = {ref.kind for ref in declared}
    left = (each for ref, each in book.resources.items() if ref.kind in kinds and ref not in declared)
    return [Change(each.ref, each.spec, None) for each in left]


def _operators(book: Book) -> Sequence[Ref]:
    return [ref for ref, each in book.resources.items() if OPERATOR in _roles(ref, each.spec)]


def _roles(ref: Ref, spec: object) -> set[str]:
    if not isinstance(spec, dict) or ref.kind not in {"Key", "Issuer"}:
        return set()
    if ref.kind == "Key":
        return set(spec.get("roles", ()))
    given = [set(roles) for roles in spec.get("roles", {}).values()]
    return set(spec.get("everyone", ())).union(*given)
