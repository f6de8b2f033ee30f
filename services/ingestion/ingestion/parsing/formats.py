"""Which format a document is in: what the caller says, what the name says and what the bytes say must agree.

`text/plain` and an unknown type are no claim: the name decides. A name is only ever read for its ending and its stem.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from chassis.errors import InvalidArgument

__all__ = ["Format", "detect", "stem"]


class Format(StrEnum):
    """The formats that are read, by their MIME type."""

    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    HTML = "text/html"
    PDF = "application/pdf"
    BEIR = "application/x-beir+json"


_TYPES: Final = {
    **{str(known): known for known in Format},
    "text/x-markdown": Format.MARKDOWN,
    "application/xhtml+xml": Format.HTML,
    "application/x-pdf": Format.PDF,
}
_ENDINGS: Final = {
    **dict.fromkeys(("md", "markdown", "mdown", "mkd", "mdx"), Format.MARKDOWN),
    **dict.fromkeys(("txt", "text", "log", "rst", "adoc", "org"), Format.TEXT),
    **dict.fromkeys(("html", "htm", "xhtml"), Format.HTML),
    "pdf": Format.PDF,
}
_FOREIGN: Final = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
)
_UNCLAIMED: Final = frozenset(["", "application/octet-stream", "text/plain"])
_HTML_START: Final = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_PDF_WINDOW: Final = 1024
_INDEXES: Final = frozenset(["index", "_index", "readme"])


def detect(content: bytes, mime: str, name: str) -> Format:
    """Return the format of `content`; raise `InvalidArgument` where the claims contradict one another."""
    claimed = _claim(mime)
    named = _ENDINGS.get(_parts(name)[-1].rpartition(".")[2].lower())
    if claimed and named not in (None, claimed, Format.TEXT):
        raise InvalidArgument(f"The type says {claimed}, the name says {named}.", reason="FORMAT_MISMATCH")
    found = claimed or named or _guess(content)
    _agree(found, content)
    return found


def stem(name: str) -> str:
    """Return what the name of a file tells: `set-up` for `guides/set-up.md`, `guides` for `guides/index.md`."""
    parts = _parts(name)
    own = parts[-1].rpartition(".")[0] or parts[-1]
    return parts[-2] if own.lower() in _INDEXES and len(parts) > 1 else own


def _parts(name: str) -> list[str]:
    return [part for part in name[-1000:].replace("\\", "/").split("/") if part.strip(" .")] or [""]


def _claim(mime: str) -> Format | None:
    bare = mime.partition(";")[0].strip().lower()
    if bare in _UNCLAIMED:
        return None
    if bare not in _TYPES:
        raise InvalidArgument(
            f"Documents of this type are not read; these are: {', '.join(Format)}.", reason="UNSUPPORTED_FORMAT"
        )
    return _TYPES[bare]


def _guess(content: bytes) -> Format:
    if b"%PDF-" in content[:_PDF_WINDOW]:
        return Format.PDF
    return Format.HTML if _HTML_START.match(content.removeprefix(b"\xef\xbb\xbf")[:_PDF_WINDOW]) else Format.TEXT


def _agree(found: Format, content: bytes) -> None:
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise InvalidArgument(f"The content is {what}, which is not read.", reason="UNSUPPORTED_FORMAT")
    is_pdf = b"%PDF-" in content[:_PDF_WINDOW]
    if found is Format.PDF and not is_pdf:
        raise InvalidArgument("The document claims to be a PDF but does not begin like one.", reason="FORMAT_MISMATCH")
    if found is not Format.PDF and content.startswith(b"%PDF-"):
        raise InvalidArgument(f"The content is a PDF, not {found}.", reason="FORMAT_MISMATCH")
