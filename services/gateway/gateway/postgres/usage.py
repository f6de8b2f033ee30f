"""Usage, summed from the views of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg import sql

from chassis.errors import InvalidArgument
from gateway.postgres.calls import Pool, call
from gateway.records.costs import written
from gateway.records.reading import MOST_ROWS, Part, Question, Row

_MICRO: Final = 1_000_000

_PARTS: Final[Mapping[Part, sql.SQL]] = {
    Part.TENANT: sql.SQL("r.tenant"),
    Part.KEY: sql.SQL("r.key"),
    Part.CORPUS: sql.SQL("r.corpus"),
    Part.MODEL: sql.SQL("coalesce(s.model, '')"),
    Part.DAY: sql.SQL("to_char(r.begun_at at time zone 'UTC', 'YYYY-MM-DD')"),
    Part.MONTH: sql.SQL("to_char(r.begun_at at time zone 'UTC', 'YYYY-MM')"),
}

# Steps are summed per request and model first, so that a request counts once in each row.
SUMS: Final = sql.SQL("""
with s as (
    select id, {model} as model,
        coalesce(sum(inferences) filter (where part = 'spent'), 0) as inferences,
        coalesce(sum(input_tokens) filter (where part = 'spent'), 0) as input_tokens,
        coalesce(sum(output_tokens) filter (where part = 'spent'), 0) as output_tokens,
        coalesce(sum(cost) filter (where part = 'spent'), 0) as cost,
        coalesce(sum(cost) filter (where part = 'saved'), 0) as saved
    from forebay.request_steps
    where begun >= %(begun)s and begun < %(until)s and (%(tenant)s = '' or tenant = %(tenant)s)
    group by 1, 2
)
select {parts}
    count(*) as requests,
    count(*) filter (where r.outcome <> 'OK') as failed,
    count(*) filter (where r.cache in ('hit', 'near')) as cached,
    coalesce(sum(s.inferences), 0)::bigint as inferences,
    coalesce(sum(s.input_tokens), 0)::bigint as input_tokens,
    coalesce(sum(s.output_tokens), 0)::bigint as output_tokens,
    coalesce(sum(s.cost), 0) as cost,
    coalesce(sum(s.saved), 0) as saved,
    r.currency
from forebay.requests r left join s on s.id = r.id
where r.begun >= %(begun)s and r.begun < %(until)s and (%(tenant)s = '' or r.tenant = %(tenant)s)
group by {groups} r.currency
order by {groups} r.currency
limit %(most)s
""")


class PostgresUsage:
    """Sums records."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def usage(self, question: Question) -> Sequence[Row]:
        """Return the sums, ordered by their parts; raise `InvalidArgument` when there are too many."""
        given = {
            "begun": round(question.begun.timestamp() * _MICRO),
            "until": round(question.until.timestamp() * _MICRO),
            "tenant": question.tenant,
            "most": MOST_ROWS + 1,
        }
        async with call(self._pool, "sum usage", self._seconds) as connection:
            rows = await (await connection.execute(_statement(question.by), given)).fetchall()
        if len(rows) > MOST_ROWS:
            raise InvalidArgument(f"the usage has more than {MOST_ROWS} rows; ask for less time or fewer parts")
        return [_row(row, question.by) for row in rows]


def _statement(by: Sequence[Part]) -> sql.Composed:
    named = [sql.SQL("{} as {},").format(_PARTS[part], sql.Identifier(part.value)) for part in by]
    groups = [sql.SQL("{},").format(_PARTS[part]) for part in by]
    model = sql.SQL("coalesce(model, '')") if Part.MODEL in by else sql.SQL("''")
    return SUMS.format(model=model, parts=sql.SQL(" ").join(named), groups=sql.SQL(" ").join(groups))


def _row(row: Mapping[str, Any], by: Sequence[Part]) -> Row:
    return Row(
        parts=tuple(row[part.value] for part in by),
        requests=row["requests"],
        failed=row["failed"],
        cached=row["cached"],
        inferences=row["inferences"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cost=written(row["cost"]),
        saved=written(row["saved"]),
        currency=row["currency"],
    )
