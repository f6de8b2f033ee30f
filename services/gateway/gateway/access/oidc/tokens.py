"""A JSON Web Token taken apart, before anybody believes a word of it.

Everything that decides something is read here, once and strictly: a name that stands twice in a token would be read in
one way by us and in another by somebody else (RFC 8725).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from chassis.errors import Unauthenticated

LONGEST: Final = 16 * 1024
"""Characters of a token; providers that list hundreds of groups stay below."""

_LONGEST_NAME: Final = 256
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/jwt"})


@dataclass(frozen=True, slots=True)
class Token:
    """What a token claims; whether it is true is another matter."""

    text: str
    algorithm: str
    key: str | None
    """The name of the key that signed it."""

    claims: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        """What stands for the token in memory: the token itself would be worth stealing there."""
        return hashlib.sha256(self.text.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Tell whether the text is meant as a token: base64 of an object that opens."""
    return text.startswith("eyJ")


def parsed(text: str) -> Token:
    """Return the token that the text is; raise `Unauthenticated` when it is none."""
    if len(text) > LONGEST:
        raise _malformed(f"is longer than {LONGEST} characters")
    if not _SHAPE.fullmatch(text):
        raise _malformed("must be three parts of base64url, joined by dots: a signed JSON Web Token")
    header, claims = (_object(part) for part in text.split(".")[:2])
    if "crit" in header or "b64" in header or "zip" in header:
        raise _malformed("asks for extensions that nobody needs here")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise _malformed("is of another type than a JSON Web Token")
    return Token(text, _name(header, "alg") or "", _name(header, "kid"), claims)


def _name(header: Mapping[str, Any], field: str) -> str | None:
    value = header.get(field)
    if value is not None and not (isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME):
        raise _malformed(f"has a strange `{field}`")
    return value


def _object(part: str) -> Mapping[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        value = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (binascii.Error, ValueError, RecursionError):
        raise _malformed("holds something that is not JSON, or says something twice") from None
    if not isinstance(value, dict):
        raise _malformed("must hold an object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice")
    return fields


def _no_constant(_word: str) -> NoReturn:
    raise ValueError("NaN and infinity are no JSON")


def _malformed(why: str) -> Unauthenticated:
    return Unauthenticated(f"the bearer token {why}", reason="MALFORMED_TOKEN")
