"""A filter's text, cut into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from chassis.filters.limits import LONGEST_TEXT, MOST_DIGITS, Malformed
from chassis.filters.numbers import number_of
from chassis.filters.words import Literal


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    FIELD = "field"
    RESERVED = "reserved"
    LITERAL = "literal"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the filter."""

    kind: Kind
    place: int
    """Characters before it."""

    value: Literal = ""
    """The word, name or mark without its quotes; a literal's value."""


_STRANGE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_RESERVED: Final = re.compile(r"@([a-z]*)")
_NUMBER: Final = re.compile(r"-?[0-9][0-9.]*")
_MARK: Final = re.compile(r"==|!=|<=|>=|[<>()\[\],]")
_QUOTED: Final = {quote: re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", re.DOTALL) for quote in "\"'"}
_BACKQUOTED: Final = re.compile(r"`((?:[^`]|``)*)`")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens, an END last; raise `Malformed` where there is none."""
    if strange := _STRANGE.search(text):
        raise Malformed(strange.start(), "control characters may not stand in a filter")
    place = _SPACE.match(text).end()  # type: ignore[union-attr] # it matches everywhere
    while place < len(text):
        token, end = _token(text, place)
        yield token
        place = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    yield Token(Kind.END, place)


def _token(text: str, place: int) -> tuple[Token, int]:
    first = text[place]
    if first in _QUOTED:
        return _quoted(text, place, _QUOTED[first])
    if first == "`":
        return _backquoted(text, place)
    if found := _WORD.match(text, place):
        return Token(Kind.WORD, place, found[0]), found.end()
    if found := _RESERVED.match(text, place):
        return Token(Kind.RESERVED, place, found[1]), found.end()
    if found := _MARK.match(text, place):
        return Token(Kind.MARK, place, found[0]), found.end()
    if found := _NUMBER.match(text, place):
        return Token(Kind.LITERAL, place, _number(found[0], place)), found.end()
    raise Malformed(place, "no such character is known here; a key with odd characters stands in backquotes")


def _quoted(text: str, place: int, pattern: re.Pattern[str]) -> tuple[Token, int]:
    found = pattern.match(text, place)
    if found is None:
        raise Malformed(place, "this quote is never closed")
    for escape in _ESCAPE.finditer(found[1]):
        if escape[1] not in _ESCAPES:
            raise Malformed(place + 1 + escape.start(), r"""expected one of \\ \" \' \n \t""")
    value = _ESCAPE.sub(lambda escape: _ESCAPES[escape[1]], found[1])
    if len(value.encode()) > LONGEST_TEXT:
        raise Malformed(place, f"a text to compare with has at most {LONGEST_TEXT} bytes")
    return Token(Kind.LITERAL, place, value), found.end()


def _backquoted(text: str, place: int) -> tuple[Token, int]:
    found = _BACKQUOTED.match(text, place)
    if found is None:
        raise Malformed(place, "this backquote is never closed")
    name = found[1].replace("``", "`")
    if not name:
        raise Malformed(place, "expected a key between the backquotes")
    return Token(Kind.FIELD, place, name), found.end()


def _number(text: str, place: int) -> float:
    number = number_of(text)
    if number is None:
        raise Malformed(place, f"a number is digits, a point and digits, at most {MOST_DIGITS} on each side")
    return number
