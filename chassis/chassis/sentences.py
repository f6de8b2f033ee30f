"""Where sentences begin and end: one answer for the chunks that are indexed and for the answers that cite them.

Rules, not a model: a sentence ends at a mark that is followed by white space and by something that can open a sentence.
Numbers, versions and addresses hold their marks inside a word, so they need no rule; abbreviations and initials do.
Marks of languages that write without spaces end a sentence wherever they stand. Every step is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["sentences"]

_ABBREVIATIONS: Final = """
adm al approx apr art assoc aug ave bros ca capt cf ch chap cmd co col corp dec dept dr ed eds eq eqs esp est etc ex
feb fig figs fr gen gov hon inc incl jan jr jul jun lt ltd maj mar max mr mrs ms min misc mt nb no nos nov nr oct op
para pars pl pp prof pt ref refs rep resp rev sec sect sen sep sept sgt sr st tab vol vols vs viz
"""
_OPENERS: Final = """
a all also an and another as at both but by each for from he her here his how i if in it its no not on once one or our
she since so some such that the their then there these they this those to use we what when where which while who why
with you your
"""

_ABBREVIATED: Final = frozenset(_ABBREVIATIONS.split())
"""Words that carry a full stop of their own: whether it ends a sentence too is seen from the word that follows."""

_OPENING: Final = frozenset(_OPENERS.split())
"""Words that open a sentence when they come with a capital letter after a doubtful full stop."""

_NEVER_LAST: Final = frozenset(
    ["approx", "cf", "dr", "eq", "fig", "figs", "mr", "mrs", "ms", "prof", "ref", "vs", "viz"]
)
"""Abbreviations after which a capital letter opens a name, never a sentence."""

_WIDE: Final = "\u3002\uff01\uff1f\uff61"  # full stop, exclamation and question mark of scripts without spaces
_CLOSING: Final = "\"'\u201d\u2019\u00bb)\\]"
_WIDE_CLOSING: Final = "\u300d\u300f\u201d\u2019\uff09"
_QUOTES: Final = "\"'\u201c\u2018\u00ab"

_END: Final = re.compile(
    rf"[.!?\u2026]+[{_CLOSING}]*(?=\s)"  # a mark, what closes around it, then space
    rf"|[{_WIDE}]+[{_WIDE_CLOSING}]*"  # marks that need no space
    r"|\n[ \t]*\n"  # a blank line
    r"|\n(?=[ \t]*(?:[-*+\u2022]|\d{1,3}[.)])[ \t])"  # the next item of a list
)
_QUOTED: Final = re.compile(r"`[^`\n]+`")
_WORD: Final = re.compile(rf"[^\s(\[{_QUOTES}]*\Z")
_NEXT: Final = re.compile(rf"[\s{_QUOTES}(\[*_`]*(\w*)")
_ITEM: Final = re.compile(r"(?:\A|\n)[ \t]*(?:[-*+\u2022][ \t]+)?(?:\d{1,3}|[A-Za-z])[.)]\Z")
_LOOK_BACK: Final = 40
_LOOK_AHEAD: Final = 40


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences, in order, without the white space around them.

    Everything that is not white space lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in (*_ends(text), len(text)):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append((left, right))
        start = end
    return spans


def _ends(text: str) -> Iterator[int]:
    quoted = _QUOTED.finditer(text)
    span = next(quoted, None)
    for found in _END.finditer(text):
        while span is not None and span.end() <= found.start():
            span = next(quoted, None)
        inside = span is not None and span.start() < found.start() < span.end() - 1
        if not inside and _ends_here(text, found):
            yield found.end()


def _ends_here(text: str, found: re.Match[str]) -> bool:
    mark = found.group()
    if mark[0] == "\n" or mark[0] in _WIDE:
        return True
    following = _NEXT.match(text, found.end(), found.end() + _LOOK_AHEAD)
    opener = following.group(1) if following else ""
    if opener[:1].islower():
        return mark[0] in "!?" and len(mark) > 1 and not mark.strip("!?")
    return not mark.startswith(".") or mark.startswith("..") or _full_stop(text, found.start(), opener)


def _full_stop(text: str, at: int, opener: str) -> bool:
    """Whether one full stop at `at`, followed by `opener` (no small letter), ends the sentence."""
    before = text[max(0, at - _LOOK_BACK) : at]
    if _ITEM.search(before + "."):
        return False
    match = _WORD.search(before)
    word = match.group() if match else ""
    if len(word) == 1 and word.isalpha() and word.isupper() and word != "I":
        return opener.lower() in _OPENING
    bare = word.lower()
    if "." in bare and bare.replace(".", "").isalpha() and max(map(len, bare.split("."))) == 1:
        return opener.lower() in _OPENING and bare not in {"e.g", "i.e"}
    if bare in _NEVER_LAST:
        return False
    return bare not in _ABBREVIATED or opener.lower() in _OPENING
