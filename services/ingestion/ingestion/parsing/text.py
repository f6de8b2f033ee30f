"""Bytes to text, and text without what no reader sees.

Only UTF-8 is guessed; UTF-16 and UTF-32 say what they are by their first bytes. Anything else is refused rather than
turned into mojibake that would be found by nobody.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from chassis.errors import InvalidArgument

__all__ = ["clean", "decode", "one_line"]

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, all but tab, line feed and carriage return
    "\xad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width space, word joiner and kin
    "\u202a-\u202e\u2066-\u2069"  # marks that turn the order of letters around
    "\ud800-\udfff\ufffe\uffff"  # halves of characters, and what is none
    "\U000e0000-\U000e007f"  # tags: letters that no one sees and that a model reads
    "]+"
)
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACES: Final = re.compile(r"\s+")
_ASCII_ONLY: Final = re.compile(r"[\t\n -~]*\Z")


def decode(content: bytes) -> str:
    """Return the text of `content`; raise `InvalidArgument` where it is not UTF-8 or holds a NUL."""
    mark, encoding = next((bom for bom in _BOMS if content.startswith(bom[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(mark)
        raise InvalidArgument(
            f"The text is not valid {encoding.upper()}: see byte {at}. Save it as UTF-8.", reason="NOT_UTF8"
        ) from None
    nul = text.find("\x00")
    if nul >= 0:
        raise InvalidArgument(
            f"The text holds a NUL character at position {nul}: it looks like a binary file.", reason="NOT_TEXT"
        )
    return _LINE_ENDS.sub("\n", text)


def clean(text: str) -> str:
    """Return `text` in NFC, without control and invisible characters, its lines ended by line feeds."""
    if _ASCII_ONLY.match(text):
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` clean, on one line, cut at a word when longer than `limit` characters."""
    line = _SPACES.sub(" ", clean(text[: 8 * limit])).strip()
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0]
