"""PDF, by PDFium: the lines of each page with their place and size; what they mean is decided in `typesetting`.

Runs only in the sandboxed process: PDFium is C++ and unfolds streams of any size, which the limits there stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pypdfium2

from chassis.errors import InvalidArgument
from ingestion.parsing.outline import Outline
from ingestion.parsing.printed.typesetting import Line, lay_out
from ingestion.parsing.text import one_line

__all__ = ["parse_pdf"]

_PROPERTIES: Final = {"Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords"}
_HYPHEN: Final = "\ufffe"
"""What PDFium puts where a word was broken at the end of a line."""
_MOST_PAGES: Final = 20_000


def parse_pdf(content: bytes, outline: Outline) -> dict[str, str]:
    """Put the text of `content` into `outline`; return its properties.

    Raises `InvalidArgument` when it is damaged, needs a password or holds no text, as scans do.
    """
    document = _opened(content)
    try:
        pages = [list(_lines(page)) for page in _pages(document)]
        found = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    if not any(pages):
        raise InvalidArgument("The PDF holds no text: recognise its scanned pages first.", reason="EMPTY_DOCUMENT")
    lay_out(pages, outline)
    return {own: one_line(found[key], 1000) for key, own in _PROPERTIES.items() if found.get(key)}


def _opened(content: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InvalidArgument("The PDF needs a password.", reason="ENCRYPTED_DOCUMENT") from None
        raise InvalidArgument("The PDF is damaged or cut off.", reason="MALFORMED_DOCUMENT") from None
    if len(document) > _MOST_PAGES:
        raise InvalidArgument(f"The PDF has more than {_MOST_PAGES} pages.", reason="TOO_MUCH_TEXT")
    return document


def _pages(document: Any) -> Iterator[Any]:
    for index in range(len(document)):
        try:
            page = document[index]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            raise InvalidArgument(f"Page {index + 1} of the PDF is damaged.", reason="MALFORMED_DOCUMENT") from None
        try:
            yield text
        finally:
            text.close()
            page.close()


def _lines(page: Any) -> Iterator[Line]:
    """Lines of a page in the order of its content; a word that was broken is whole again."""
    if page.count_chars() < 1:
        return
    begin = 0
    for raw in page.get_text_range().split("\n"):
        line = raw.rstrip("\r")
        bare = line.strip()
        if bare:
            first = begin + len(line) - len(line.lstrip())
            yield _placed(page, bare, first, first + len(bare) - 1)
        begin += len(raw) + 1


def _placed(page: Any, text: str, first: int, last: int) -> Line:
    most = page.count_chars() - 1
    _, low, _, high = page.get_charbox(min(first, most), loose=True)
    _, end, _, _ = page.get_charbox(min(last, most), loose=True)
    return Line(text=text.replace(_HYPHEN, ""), size=round((high - low) * 2) / 2, top=high, bottom=end)
