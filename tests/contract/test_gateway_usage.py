"""Usage, summed by a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.postgres import PostgresUsage, pool
from gateway.records.reading import Part, Question
from rigs.records import BEGUN, Rows, appended, begun, migrated, record, step

pytestmark = pytest.mark.xdist_group("gateway-records")


@pytest.fixture
async def connections():
    async with migrated() as dsn, pool(dsn, 2, 10) as connections:
        yield connections


async def test_usage_is_summed_by_what_is_asked(connections):
    real = Rows(connections, 10)
    chain = await begun(real)
    spent = [step("minilm", 2, read=10, name="embed", cost="0.1"), step("llama", 1, read=40, written=7, cost="0.25")]
    await appended(
        real,
        chain,
        record(spent=spent),
        record(spent=spent[:1], key="other", corpus="wiki", outcome="UNKNOWN_CORPUS"),
        record(saved=spent, cache="hit", begun=round((BEGUN + timedelta(days=10)).timestamp() * 1e6)),
        record(tenant="globex", currency="USD"),
        record(begun=round((BEGUN - timedelta(days=400)).timestamp() * 1e6)),
    )
    usage = PostgresUsage(connections, 10)

    async def asked(*by, tenant="acme"):
        begun, until = BEGUN - timedelta(days=1), BEGUN + timedelta(days=30)
        rows = await usage.usage(Question(begun=begun, until=until, tenant=tenant, by=by))
        return [
            (*row.parts, row.requests, row.failed, row.cached, row.inferences, row.input_tokens, row.cost, row.saved)
            for row in rows
        ]

    assert await asked() == [(3, 1, 1, 5, 60, "0.45", "0.35")]
    assert await asked(Part.KEY, Part.CORPUS) == [
        ("other", "wiki", 1, 1, 0, 2, 10, "0.1", "0"),
        ("reader", "docs", 2, 0, 1, 3, 50, "0.35", "0.35"),
    ]
    assert await asked(Part.MODEL) == [
        ("llama", 2, 0, 1, 1, 40, "0.25", "0.25"),
        ("minilm", 3, 1, 1, 4, 20, "0.2", "0.1"),
    ]
    assert await asked(Part.MONTH, Part.DAY) == [
        ("2026-11", "2026-11-24", 2, 1, 0, 5, 60, "0.45", "0"),
        ("2026-12", "2026-12-04", 1, 0, 1, 0, 0, "0", "0.35"),
    ]
    assert [row[0] for row in await asked(Part.TENANT, tenant="")] == ["acme", "globex"]
