"""What a question asks for, as far as words can tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from chassis.terms import terms
from gateway.cache.near import lexicon

_QUOTED: Final = re.compile(r"`([^`]+)`|\"([^\"]+)\"|\u201c([^\u201d]+)\u201d|(?<!\w)'([^']+)'(?!\w)")
_TOKEN: Final = re.compile(r"[^\s,;!?()\[\]{}\"`\u201c\u201d]+")
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,:]\d+)*[a-z%\u00b0\u00b5\u03bc]*")
_DASH: Final = re.compile(r"^[\u2212-](?=\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, taken apart."""

    words: tuple[str, ...]
    """All of them, in lower case."""

    asks: str
    """Who, when, how many, …; empty for what is open."""

    numbers: tuple[str, ...]
    """With their signs and units, in order."""

    negations: int
    deciding: frozenset[str]
    quoted: tuple[str, ...]
    """In quotation marks or back ticks, as it stands there."""

    names: frozenset[str]
    """Words with a capital, a digit or a mark inside, in lower case."""

    content: tuple[str, ...]
    """Stems of what else is said, in order, synonyms put in one word's place, fillers left out."""

    directed: bool
    """Whether it matters what comes first."""


def read(question: str) -> Reading:
    """Take a question apart."""
    text = unicodedata.normalize("NFKC", question).replace("\u2019", "'")
    tokens = [token.rstrip(".:'") for token in _TOKEN.findall(text)]
    words = [word for token in tokens if token for word in _split(token)]
    lower = [word.casefold() for word in words]
    return Reading(
        words=tuple(lower),
        asks=_asks(lower),
        numbers=tuple(number for word in lower if (number := _number(word))),
        negations=sum(word in lexicon.NEGATIONS for word in lower),
        deciding=frozenset(lower) & (lexicon.DECIDING - lexicon.YIELDING),
        quoted=tuple(next(filter(None, groups)) for groups in _QUOTED.findall(text)),
        names=frozenset(word.casefold() for at, word in enumerate(words) if _is_name(word, first=at == 0)),
        content=_content(lower),
        directed=bool(lexicon.DIRECTIONS & frozenset(lower)),
    )


def _split(token: str) -> Sequence[str]:
    """Return the words of a token: contractions are two."""
    if token.casefold().endswith("n't"):
        return (token[:-3], "not")
    if token.casefold() == "cannot":
        return ("can", "not")
    head, mark, tail = token.partition("'")
    return (head,) if mark and tail.casefold() in {"s", "re", "ve", "ll", "d", "m"} and head else (token,)


def _asks(words: Sequence[str]) -> str:
    for word, following in pairwise((*words, "")):
        if word == "how":
            return f"how {following}" if following in lexicon.MEASURED else ""
        if word in lexicon.ASKING:
            return lexicon.ASKING[word]
        if word in {"what", "which"}:
            return "when" if following in {"year", "date", "day", "time"} else ""
    return ""


def _number(word: str) -> str:
    word = lexicon.NUMBERS.get(word, word)
    return _DASH.sub("-", word) if _NUMBER.fullmatch(word) else ""


def _is_name(word: str, *, first: bool) -> bool:
    marked = any(mark in word.strip("-") for mark in "_./:@#-\\") or any(map(str.isdigit, word))
    shouted = any(map(str.isupper, word[1:]))
    return marked or shouted or (not first and word[:1].isupper() and len(word) > 1)


def _content(words: Sequence[str]) -> tuple[str, ...]:
    kept = (word for word in words if word not in lexicon.FILLERS and not _number(word))
    return tuple(term for word in kept for term in terms(_TOGETHER.get(word, word)))


_TOGETHER: Final = {word: min(group) for group in lexicon.SYNONYMS for word in group}
