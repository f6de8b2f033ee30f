"""The rules: what a word is, which words count, and what a term's number is."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Final

import Stemmer

from chassis.terms.stop_words import STOP_WORDS

ANALYSER: Final = "english-snowball-1"
"""The name of these rules. Change it whenever `terms` returns something else for the same text."""

_LONGEST: Final = 64
"""Longer runs are hashes, keys or encoded data; nobody types them."""

_WORD: Final = re.compile(r"[^\W_]+(?:[_.\-'\u2019][^\W_]+)*")
"""Letters and digits, joined by single marks: `max_queue_size`, `grpc.aio`, `dry-run`, `3.11`."""

_PART: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
_APOSTROPHE: Final = re.compile(r"['\u2019]")
_HUMP: Final = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")


def terms(text: str) -> list[str]:
    """Return the terms of the text in order, repeats included.

    Words become Snowball stems and stop words go. An identifier stays whole and gives its parts as well, so that
    `max_queue_size` is found by itself and by `queue size`. A number is one term.
    """
    found = [word for word in _words(text) if word not in STOP_WORDS and len(word) <= _LONGEST]
    # A stemmer is not safe between threads, and making one is cheaper than guarding it.
    return list(Stemmer.Stemmer("english").stemWords(found))


def term_id(term: str) -> int:
    """Return the term's number for sparse vectors: 31 bits, the same in every process and for ever."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass")) & 0x7FFF_FFFF


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        yield from _pieces(match[0])


def _pieces(run: str) -> Iterator[str]:
    folded = run.casefold()
    if (folded.isalnum() and not _HUMP.search(run)) or _NUMBER.fullmatch(folded):
        yield folded
    elif _APOSTROPHE.search(folded):
        yield from _PART.findall(folded)
    else:
        yield folded
        yield from _PART.findall(_HUMP.sub(" ", run).casefold())
