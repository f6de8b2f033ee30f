"""A filter's text becomes a condition, by recursive descent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from chassis.filters.lexing import Kind, Token, tokens
from chassis.filters.limits import DEEPEST, LONGEST_FILTER, MOST_TERMS, Malformed
from chassis.filters.words import RESERVED, Among, And, Condition, Field, Literal, Not, Or, Order, Ordered, StartsWith

_KEYWORDS: Final = frozenset({"and", "or", "not", "in", "true", "false", "starts_with", "exists"})
_ORDERS: Final = frozenset(order.value for order in Order)
_KNOWN: Final = ", ".join(f"@{name}" for name in RESERVED)


def parsed(text: str) -> Condition:
    """Return the condition; raise `Malformed`."""
    if len(text) > LONGEST_FILTER:
        raise Malformed(LONGEST_FILTER, f"a filter has at most {LONGEST_FILTER} characters")
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, stream: Iterable[Token]) -> None:
        self._stream = iter(stream)
        self._next = next(self._stream)
        self._terms = 0
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self._next.kind is not Kind.END:
            raise self._expected("`and`, `or` or the end")
        return condition

    def _either(self) -> Condition:
        conditions = self._chain("or", self._both)
        return conditions[0] if len(conditions) == 1 else Or(conditions)

    def _both(self) -> Condition:
        conditions = self._chain("and", self._one)
        return conditions[0] if len(conditions) == 1 else And(conditions)

    def _chain(self, word: str, part: Callable[[], Condition]) -> tuple[Condition, ...]:
        parts = [part()]
        while self._taken(Kind.WORD, word):
            parts.append(part())
        return tuple(parts)

    def _one(self) -> Condition:
        place = self._next.place
        if self._taken(Kind.WORD, "not"):
            return self._deeper(place, lambda: Not(self._one()))
        if self._taken(Kind.MARK, "("):
            return self._deeper(place, self._parenthesised)
        self._counted()
        if self._taken(Kind.WORD, "exists"):
            return self._called(lambda: StartsWith(self._field(), ""))
        if self._taken(Kind.WORD, "starts_with"):
            return self._called(self._starts_with)
        return self._comparison()

    def _deeper(self, place: int, part: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Malformed(place, f"at most {DEEPEST} conditions may stand within one another")
        condition = part()
        self._depth -= 1
        return condition

    def _parenthesised(self) -> Condition:
        condition = self._either()
        self._take(")", "`and`, `or` or `)`")
        return condition

    def _called(self, arguments: Callable[[], Condition]) -> Condition:
        self._take("(", "`(`")
        result = arguments()
        self._take(")", "`)`")
        return result

    def _starts_with(self) -> StartsWith:
        field = self._field()
        self._take(",", "`,`")
        place = self._next.place
        prefix = self._literal()
        if not isinstance(prefix, str):
            raise Malformed(place, "expected a text in quotes")
        return StartsWith(field, prefix)

    def _comparison(self) -> Condition:
        field = self._field()
        if self._taken(Kind.WORD, "in"):
            return Among(field, self._list())
        if self._taken(Kind.WORD, "not"):
            if not self._taken(Kind.WORD, "in"):
                raise self._expected("`in`")
            return Not(Among(field, self._list()))
        if self._taken(Kind.MARK, "=="):
            return Among(field, (self._literal(),))
        if self._taken(Kind.MARK, "!="):
            return Not(Among(field, (self._literal(),)))
        if self._next.kind is not Kind.MARK or self._next.value not in _ORDERS:
            raise self._expected("==, !=, <, <=, >, >=, `in` or `not in`")
        order = Order(str(self._taken_next().value))
        return Ordered(field, order, self._literal())

    def _list(self) -> tuple[Literal, ...]:
        self._take("[", "`[`")
        literals = [self._literal()]
        while self._taken(Kind.MARK, ","):
            self._counted()
            literals.append(self._literal())
        self._take("]", "`,` or `]`")
        return tuple(literals)

    def _field(self) -> Field:
        token = self._next
        if token.kind is Kind.RESERVED and token.value not in RESERVED:
            raise self._expected(f"one of {_KNOWN}; a key that starts with @ stands in backquotes")
        named = token.kind is Kind.WORD and token.value not in _KEYWORDS
        if not named and token.kind not in {Kind.FIELD, Kind.RESERVED}:
            raise self._expected("a field")
        self._taken_next()
        return Field(str(token.value), token.kind is Kind.RESERVED)

    def _literal(self) -> Literal:
        token = self._next
        if token.kind is not Kind.LITERAL and not (token.kind is Kind.WORD and token.value in {"true", "false"}):
            raise self._expected("a text in quotes, a number, true or false")
        return self._taken_next().value

    def _counted(self) -> None:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise Malformed(self._next.place, f"a filter has at most {MOST_TERMS} comparisons and items of lists")

    def _take(self, mark: str, expected: str) -> None:
        if not self._taken(Kind.MARK, mark):
            raise self._expected(expected)

    def _taken(self, kind: Kind, value: str) -> bool:
        if self._next.kind is kind and self._next.value == value:
            self._taken_next()
            return True
        return False

    def _taken_next(self) -> Token:
        token, self._next = self._next, next(self._stream, Token(Kind.END, self._next.place))
        return token

    def _expected(self, what: str) -> Malformed:
        return Malformed(self._next.place, f"expected {what}")
