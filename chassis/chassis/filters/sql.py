"""A condition as SQL for PostgreSQL: all that a caller wrote is bound, never written into the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.filters.columns import Columns
from chassis.filters.numbers import NUMBER
from chassis.filters.words import Among, And, Condition, Field, Literal, Not, Or, Ordered, StartsWith


def sql(condition: Condition, columns: Columns) -> tuple[str, Mapping[str, Literal]]:
    """Return a boolean expression that is never null, and what is to be bound to its `%(name)s`."""
    compiler = _Compiler(columns)
    return compiler.of(condition), compiler.bound


@dataclass(frozen=True, slots=True)
class _Compiler:
    columns: Columns
    bound: dict[str, Literal] = field(default_factory=dict)

    def of(self, condition: Condition) -> str:
        match condition:
            case And(conditions):
                return f"({' and '.join(map(self.of, conditions))})"
            case Or(conditions):
                return f"({' or '.join(map(self.of, conditions))})"
            case Not(inner):
                return f"(not {self.of(inner)})"
            case StartsWith(field, prefix):
                return _known(f"starts_with({self._text(field)}, {self._bind(prefix)}::text)")
            case Among(field, literals):
                return f"({' or '.join(self._compared(field, '=', each) for each in literals)})"
            case Ordered(field, order, literal):
                return self._compared(field, order.value, literal)

    def _compared(self, field: Field, how: str, literal: Literal) -> str:
        text, value = self._text(field), self._bind(literal)
        if isinstance(literal, str):
            return _known(f'{text} collate "C" {how} {value}::text')
        number = f"{text}::double precision {how} {value}::double precision"
        return _known(f"case when {text} ~ '^{NUMBER}$' then {number} end")

    def _text(self, field: Field) -> str:
        if field.reserved:
            return f"nullif({self.columns.reserved[field.name]}, '')"
        return f"({self.columns.metadata} ->> {self._bind(field.name)}::text)"

    def _bind(self, value: Literal) -> str:
        self.bound[name := f"filter_{len(self.bound)}"] = value
        return f"%({name})s"


def _known(comparison: str) -> str:
    return f"coalesce({comparison}, false)"
