"""API keys: how they look, and how they are known without being kept.

A key reads `fb_<id>_<secret>`. The id finds the record; of the secret only its SHA-256 is stored. The secret has 256
random bits, so that a plain hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final, NamedTuple

_SHAPE: Final = re.compile(r"fb_([a-z0-9-]{1,32})_([A-Za-z0-9_-]{16,128})")
_SECRET_BYTES: Final = 32


class ApiKey(NamedTuple):
    """The two halves of a key as a caller sends it."""

    id: str
    secret: str


def parse_key(text: str) -> ApiKey | None:
    """Return the halves of the key, or None when the text is no key."""
    found = _SHAPE.fullmatch(text)
    return ApiKey(found[1], found[2]) if found else None


def digest(secret: str) -> str:
    """Return the SHA-256 of the secret in lower-case hexadecimal, as a snapshot stores it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, sha256: str) -> bool:
    """Tell in constant time whether the secret has that digest."""
    return hmac.compare_digest(digest(secret), sha256)


def new_key(identifier: str) -> tuple[str, str]:
    """Make a key; return its text, to be shown once, and the digest to be stored."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    text = f"fb_{identifier}_{secret}"
    if parse_key(text) is None:
        raise ValueError(f"an id of a key has 1 to 32 lower-case letters, digits or dashes, not {identifier!r}")
    return text, digest(secret)
