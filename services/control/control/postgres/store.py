"""Resources, snapshots and revisions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from psycopg.types.json import Json

from control.ports import Held
from control.postgres.calls import Pool, call
from control.resources.words import Author, Book, Change, Ref, Resource, Revision, Spec, Step

CHANNEL: Final = "forebay_control"

NEWEST = "select version, snapshot from forebay.control_state"
VERSION = "select version from forebay.control_state"
RESOURCES = "select kind, name, spec, version, changed_at from forebay.control_resources"
STEP = "update forebay.control_state set version = %s, snapshot = %s where version = %s"
PUT = """
insert into forebay.control_resources (kind, name, spec, version) values (%s, %s, %s, %s)
on conflict (kind, name) do update set spec = excluded.spec, version = excluded.version, changed_at = now()
"""
DROP = "delete from forebay.control_resources where kind = %s and name = %s"
WRITE_DOWN = """
insert into forebay.control_revisions (version, kind, name, before, after, actor, tenant)
values (%s, %s, %s, %s, %s, %s, %s)
"""
RING = "select pg_notify(%s, %s)"
REVISIONS = """
select version, kind, name, before, after, actor, tenant, made_at from forebay.control_revisions
where version in (
    select distinct version from forebay.control_revisions
    where (%(kind)s in ('', kind)) and (%(name)s in ('', name)) and (%(before)s = 0 or version < %(before)s)
    order by version desc limit %(limit)s
) and (%(kind)s in ('', kind)) and (%(name)s in ('', name))
order by version desc, kind, name
"""


class PostgresStore:
    """The store."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def book(self) -> Book:
        """Return all resources, as of one moment."""
        async with call("read resources", self._seconds), self._pool.connection() as connection:
            await connection.execute("set transaction isolation level repeatable read, read only")
            state = await (await connection.execute(VERSION)).fetchone()
            rows = await (await connection.execute(RESOURCES)).fetchall()
        resources = (_resource(row) for row in rows)
        return Book(0 if state is None else state["version"], {one.ref: one for one in resources})

    async def commit(self, step: Step) -> bool:
        """Make the step; the state's row is locked by the first statement, so that steps come one after the other."""
        puts = [(*one.ref, Json(one.after), step.version) for one in step.changes if one.after is not None]
        drops = [tuple(one.ref) for one in step.changes if one.after is None]
        who = (step.author.key_id, step.author.tenant)
        written = [(step.version, *one.ref, _json(one.before), _json(one.after), *who) for one in step.changes]
        async with call("commit resources", self._seconds), self._pool.connection() as connection:
            moved = await connection.execute(STEP, [step.version, step.document, step.base])
            if not moved.rowcount:
                return False
            async with connection.cursor() as cursor:
                await cursor.executemany(PUT, puts)
                await cursor.executemany(DROP, drops)
                await cursor.executemany(WRITE_DOWN, written)
                await cursor.execute(RING, [CHANNEL, str(step.version)])
        return True

    async def newest(self) -> Held:
        """Return the newest snapshot."""
        async with call("read snapshot", self._seconds), self._pool.connection() as connection:
            row = await (await connection.execute(NEWEST)).fetchone()
        return Held(0, b"") if row is None else Held(row["version"], bytes(row["snapshot"]))

    async def revisions(self, ref: Ref, before: int, limit: int) -> Sequence[Revision]:
        """Return what was done, by version, the newest first."""
        asking = {"kind": ref.kind, "name": ref.name, "before": before, "limit": limit}
        async with call("read revisions", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(REVISIONS, asking)).fetchall()
        return [_revision(list(group)) for _, group in groupby(rows, key=lambda row: row["version"])]

    async def ping(self) -> None:
        """Raise `Unavailable` when PostgreSQL does not answer."""
        async with call("ping", self._seconds), self._pool.connection() as connection:
            await connection.execute("select 1")


def _json(spec: Spec | None) -> Json | None:
    return None if spec is None else Json(spec)


def _resource(row: dict[str, Any]) -> Resource:
    ref = Ref(row["kind"], row["name"])
    return Resource(ref=ref, spec=row["spec"], version=row["version"], changed=row["changed_at"])


def _revision(rows: Sequence[dict[str, Any]]) -> Revision:
    first = rows[0]
    changes = [Change(Ref(row["kind"], row["name"]), row["before"], row["after"]) for row in rows]
    author = Author(first["actor"], first["tenant"])
    return Revision(version=first["version"], at=first["made_at"], author=author, changes=changes)
