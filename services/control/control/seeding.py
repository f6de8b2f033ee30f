"""The first start: what a configuration file says becomes resources, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import structlog

from chassis.snapshot import Key, Snapshot, load
from control.changing.authority import ADMIN, OPERATOR
from control.ports import Store
from control.resources.building import built
from control.resources.kinds import KINDS, Kind
from control.resources.specs import ref_of, spec_of
from control.resources.words import CONTROL, Book, Change, Step

_log = structlog.get_logger("control")


async def seed(store: Store, file: Path, operator: str) -> None:
    """Take the file over, unless something was ever written; raise `BrokenFile` or `OSError`.

    `operator` is the id of the key that may operate from now on; empty is none but those that the file names.
    """
    if (await store.newest()).version:
        return
    snapshot = await asyncio.to_thread(load, file)
    changes = [change for kind in KINDS.values() for change in _changes(kind, snapshot, operator)]
    version = max(1, snapshot.version)
    book = Book(0, {}).after(changes, version)
    step = Step(base=0, version=version, changes=changes, document=built(book), author=CONTROL)
    if await store.commit(step):
        _log.info("the configuration file was taken over", version=version, resources=len(changes))


def _changes(kind: Kind, snapshot: Snapshot, operator: str) -> Iterator[Change]:
    listed = getattr(snapshot, kind.part)
    for made in (listed,) if kind.single else listed:
        if kind.single and made == kind.model():
            continue
        ref = ref_of(kind, made)
        if isinstance(made, Key) and made.id == operator:
            made = made.model_copy(update={"roles": made.roles | {ADMIN, OPERATOR}})  # noqa: PLW2901 - the same key
        keep = frozenset({"role"}) if kind.free and ref.name != made.role else frozenset[str]()
        yield Change(ref, None, spec_of(kind, ref.name, made, keep=keep))
