"""Where the next page starts, as a token that a caller keeps and does not read.

It holds the corpus and the last id of the page before. Altering it shows nothing new: every page is filtered by who
reads.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from chassis.errors import InvalidArgument, Violation

_VERSION: Final = "1"
_SHAPE: Final = re.compile(r"1:(?P<corpus>[0-9a-f]{32}):(?P<last>.{1,512})", re.DOTALL)


def page_token(corpus: str, last: str) -> str:
    """Return the token of the page after that document."""
    return base64.urlsafe_b64encode(f"{_VERSION}:{corpus}:{last}".encode()).decode().rstrip("=")


def last_of(corpus: str, token: str) -> str:
    """Return the last id of the page before, empty at the beginning; raise `InvalidArgument` for a strange token."""
    if not token:
        return ""
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    found = _SHAPE.fullmatch(text)
    if found is None or found["corpus"] != corpus or "\x00" in text:
        raise InvalidArgument(
            "page_token is not one that this list gave",
            violations=(Violation("page_token", "must be a next_page_token of the same list"),),
        )
    return found["last"]
