"""Text that was damaged before it came: read in the wrong encoding, or cut inside a character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.contracts.findings import Finding, Rule

__all__ = ["damaged", "share_of_damage"]

LEAST_PLACES, LEAST_SHARE = 3, 0.0005
"""Fewer damaged places, or a smaller share of the text, may be a quotation of damage."""

_FOLLOWING: Final = bytes(range(0x80, 0xC0)).decode("cp1252", errors="ignore")
"""How the later bytes of a character in UTF-8 look when they are read as Windows-1252."""

_DAMAGE: Final = re.compile(
    "\ufffd"
    # The first bytes of what is common in UTF-8: accented letters, punctuation, Greek, Cyrillic, Hebrew, Arabic.
    rf"|[\u00c2-\u00c5\u00ce-\u00d1\u00d7-\u00d9][{re.escape(_FOLLOWING)}]"
    rf"|\u00e2[{re.escape(_FOLLOWING)}]{{1,2}}"
    "|\u00ef\u00bf\u00bd"
)


def damaged(text: str) -> Iterator[Finding]:
    """Yield a finding when the text is damaged in many places."""
    places, share = share_of_damage(text)
    if places >= LEAST_PLACES and share >= LEAST_SHARE:
        why = f"is damaged in {places} places, as when text is read in the wrong encoding"
        yield Finding(Rule.ENCODING, "content", why)


def share_of_damage(text: str) -> tuple[int, float]:
    """Return in how many places the text is damaged, and these as a share of its characters."""
    if text.isascii():
        return 0, 0.0
    places = len(_DAMAGE.findall(text))
    return places, places / len(text)
