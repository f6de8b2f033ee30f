"""The text of one paragraph, cell or heading of Markdown, put together from the pieces between two block events.

Template tags of site generators (Hugo's `{{< … >}}` and `{{% … %}}`, Liquid's `{% … %}`) and fences of admonitions
(`:::note`) are no text, except for what they let a reader see: titles and names. Inside code they are text.
"""

from __future__ import annotations

import re
from typing import Final

from ingestion.parsing.markup.vocabulary import WRITTEN_IN_MARKDOWN

__all__ = ["Inline", "is_markup"]

_TAGS: Final = re.compile(r"\{\{[<%][^{}]*[%>]\}\}|\{%[^{}]*%\}")
_TELLING: Final = re.compile(r"""\b(?:caption|header|label|name|summary|text|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ADMONITION: Final = re.compile(r"^[ \t]*:::+[ \t]*(?:\w+\b)?(?:\[([^\]\n]*)\])?", re.MULTILINE)
_SPACES: Final = re.compile(r"[ \t\xa0]+")
_PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9_-]*)>\Z")
_HARD: Final = "\x1e"


def is_markup(tag: str) -> bool:
    """Whether `tag` is HTML; `<your-name>` is a placeholder that authors forget to escape, and is text."""
    placeholder = _PLACEHOLDER.match(tag)
    return placeholder is None or placeholder.group(1) in WRITTEN_IN_MARKDOWN


class Inline:
    """Pieces of text, some of them code, until they are taken."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._code: list[bool] = []

    def text(self, piece: str) -> None:
        """Add text."""
        self._add(piece, code=False)

    def code(self, piece: str) -> None:
        """Add code, which is kept as it is."""
        self._add(piece, code=True)

    def soft(self) -> None:
        """Add the end of a line that means nothing."""
        self._add("\n", code=False)

    def hard(self) -> None:
        """Add the end of a line that the author wants to see."""
        self._add(_HARD, code=False)

    def take(self) -> str:
        """Return what came together, and begin anew."""
        joined: list[str] = []
        begin = 0
        for at in range(1, len(self._pieces) + 1):
            if at == len(self._pieces) or self._code[at] != self._code[begin]:
                run = "".join(self._pieces[begin:at])
                joined.append(run if self._code[begin] else _without_tags(run))
                begin = at
        self._pieces, self._code = [], []
        text = _SPACES.sub(" ", "".join(joined).replace("\n", " "))
        return "\n".join(line.strip() for line in text.split(_HARD)).strip()

    def _add(self, piece: str, *, code: bool) -> None:
        self._pieces.append(piece)
        self._code.append(code)


def _without_tags(text: str) -> str:
    text = _TAGS.sub(_told, text) if "{" in text else text
    return _ADMONITION.sub(r"\1", text) if ":::" in text else text


def _told(tag: re.Match[str]) -> str:
    """Return what a template tag shows: the values of its `title`, `name` and the like."""
    return " ".join(("", *(double or single for double, single in _TELLING.findall(tag.group())), ""))
