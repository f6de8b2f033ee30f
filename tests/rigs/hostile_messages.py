"""Hostile messages: made from a message's own description, so that they are wrong in ways that come far.

Some messages are nearly what somebody might send, some hold little but what nobody should: bytes that are no UTF-8,
numbers of no enum, other types than are declared, fields that nobody knows, nothing, and far too much.
"""

from __future__ import annotations

import random
import struct

from google.protobuf.descriptor import Descriptor, FieldDescriptor

PLAUSIBLE = {
    "corpus": b"docs",
    "document_id": b"queue.md",
    "name": b"load",
    "query": b"queue",
    "question": b"Which queue?",
    "filter": b'lang == "en"',
    "id": b"a",
    "manifest": b"s3://x/m.jsonl",
}
TEXTS = (
    *(
        b"",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\x00",
        b"a\nb",
        b"\x1b[2J",
        b"../../etc/passwd",
        b"%00",
        b"%s%n",
    ),
    *(
        "\u202egnp.exe".encode(),
        "\U000e0041".encode(),
        "e\u0301".encode() * 999,
        b"' or 1=1 --",
        b'"}] or tenant != "acme',
    ),
    *(b"x" * 300, b"x" * 70_000, b"(" * 2_000, b"not " * 500, b"-1", b"1e999", b"NaN"),
)
NUMBERS = (0, 1, 2, 3, 17, 127, 128, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1)
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e308, float("inf"), float("-inf"), float("nan"), 5e-324)
DEEPEST = 5
LONGEST = 300_000
"""Bytes of a message; how ours are refused that are larger than a server takes has a test of its own."""

F = FieldDescriptor
VARINTS = {
    F.TYPE_INT32,
    F.TYPE_INT64,
    F.TYPE_UINT32,
    F.TYPE_UINT64,
    F.TYPE_SINT32,
    F.TYPE_SINT64,
    F.TYPE_BOOL,
    F.TYPE_ENUM,
}
FIXED = {F.TYPE_FLOAT: "<f", F.TYPE_DOUBLE: "<d", F.TYPE_FIXED32: "<I", F.TYPE_FIXED64: "<Q"}


def hostile(message: Descriptor, dice: random.Random) -> bytes:
    """Return the bytes of something that claims to be that message."""
    return _Maker(dice, dice.choice((0.02, 0.1, 0.5))).message(message)


class _Maker:
    """Makes one message; `bad` is the share of what is wrong in it."""

    def __init__(self, dice: random.Random, bad: float) -> None:
        self._dice = dice
        self._bad = bad

    def message(self, message: Descriptor) -> bytes:
        body = b"".join(self._fields(message, 0))[:LONGEST]
        if self._is_bad():
            return body[: self._dice.randrange(len(body) + 1)] + self._dice.randbytes(self._dice.randrange(40))
        return body

    def _is_bad(self) -> bool:
        return self._dice.random() < self._bad

    def _fields(self, message: Descriptor, depth: int):
        for field in message.fields:
            if self._dice.random() < 0.75 or (field.name in PLAUSIBLE and not self._is_bad()):
                for _ in range(self._times(field)):
                    yield self._field(field, depth)
        if self._is_bad():
            yield _unknown(self._dice)

    def _times(self, field: FieldDescriptor) -> int:
        if self._is_bad():
            return 2 if field.type == F.TYPE_MESSAGE else self._dice.choice((2, 500))
        return self._dice.choice((1, 1, 2, 3)) if field.is_repeated else 1

    def _field(self, field: FieldDescriptor, depth: int) -> bytes:
        if self._is_bad():
            return _unknown(self._dice, field.number)
        if field.type == F.TYPE_MESSAGE:
            inner = b"".join(self._fields(field.message_type, depth + 1)) if depth < DEEPEST else b""
            return _length(field.number, inner)
        if field.type in FIXED:
            form = FIXED[field.type]
            value = self._dice.choice(FLOATS) if form in ("<f", "<d") else self._dice.getrandbits(32)
            return _key(field.number, 5 if form in ("<f", "<I") else 1) + _packed(form, value)
        if field.type in VARINTS:
            return _key(field.number, 0) + _varint(self._dice.choice(NUMBERS if self._is_bad() else NUMBERS[:4]))
        return _length(field.number, self._text(field))

    def _text(self, field: FieldDescriptor) -> bytes:
        if self._is_bad():
            return self._dice.choice(TEXTS) if self._dice.random() < 0.8 else self._dice.randbytes(30)
        return PLAUSIBLE.get(field.name) or self._dice.choice((b"a", b"en", b"text/plain", b"one two"))


def _unknown(dice: random.Random, number: int | None = None) -> bytes:
    """Return a field of any type under a number that is unknown, or declared as another."""
    number = number or dice.choice((99, 18_999, 19_500, 2**29 - 1))
    match dice.randrange(6):
        case 0:
            return _key(number, 0) + _varint(dice.choice(NUMBERS))
        case 1:
            return _key(number, 1) + dice.randbytes(8)
        case 2:
            return _length(number, dice.randbytes(dice.randrange(50)))
        case 3:
            return _key(number, 3) * dice.choice((1, 50, 5_000)) + _key(number, 4)
        case 4:
            return _key(number, 2) + _varint(2**31)  # promises more than there is
        case _:
            return _key(number, 5) + dice.randbytes(4)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _length(number: int, body: bytes) -> bytes:
    return _key(number, 2) + _varint(len(body)) + body


def _packed(form: str, value: float) -> bytes:
    try:
        return struct.pack(form, value)
    except OverflowError:
        return struct.pack(form, float("inf"))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
