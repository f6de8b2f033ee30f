"""From a conversation to a question that stands on its own, by a rule.

A search needs a question that can be understood alone. The last message is that question if it names what it is about;
if it leans on what came before, the question before it is put in front. It leans if it begins with a word that
continues ("and", "what about"), holds a word that points back ("it", "those"), or has fewer than two words with a
meaning of their own. The question in front may lean, too; so it goes back, at most `TURNS` questions.

Only what the user said counts: an answer may be wrong, and would be searched for as if it were right. A rule is no
rewriting by a language model: it costs nothing, does the same each time, and the response says what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TURNS: Final = 3
"""Questions that are joined at most, the last one included."""

LONGEST: Final = 4096
"""Characters of a question."""

_FEWEST: Final = 2

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_CONTINUES: Final = re.compile(
    r"(?i)^\W*(?:and|or|but|also|then|so|else|otherwise|what about|how about|what if|why|why not|how so|und|oder|aber"
    r"|was ist mit|wie sieht es mit|warum|wieso)\b(?!\s+(?:is|are|do|does|did|can|should|must|will|would|has|have)\b)"
)
_POINTING: Final = """
    it its itself they them their theirs he him his she her hers this that these those there one ones former latter
    such same other others another above previous er sie es ihr ihre ihm ihn ihnen dies diese dieser dieses das dort
    davon dafür damit daran jener jene jenes
"""
_EMPTY_ALONE: Final = """
    a an the of for to in on at by with from as is are was were be been do does did can could should would will may
    must has have had i you we my your our me us please tell give show explain say more again about what which who whom
    whose when where why how yes no not ok okay thanks thank and or but if then so also than der die ein eine und oder
    ist sind was wer wie wo wann bitte mehr noch mal auch nicht ja nein ich du wir
"""
_POINTS: Final = frozenset(_POINTING.split())
_EMPTY: Final = frozenset(_EMPTY_ALONE.split()) | _POINTS


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and which messages had no part in it."""

    text: str
    ignored: tuple[int, ...]
    """Numbers of the messages of a system or a developer: prompts are versioned and not the client's."""


def standalone(turns: Sequence[Turn]) -> Question:
    """Return the question of a conversation that ends with one."""
    asked = [turn.text.strip() for turn in turns if turn.role == "user"]
    joined = [asked.pop()]
    while asked and len(joined) < TURNS and leans(joined[0]):
        joined.insert(0, asked.pop())
    while len(joined) > 1 and len("\n".join(joined)) > LONGEST:
        del joined[0]
    ignored = (number for number, turn in enumerate(turns) if turn.role in {"system", "developer"})
    return Question("\n".join(joined), tuple(ignored))


def leans(question: str) -> bool:
    """Tell whether the question needs what came before it."""
    words = [word.lower() for word in _WORD.findall(question)]
    own = [word for word in words if word not in _EMPTY]
    return len(own) < _FEWEST or bool(_CONTINUES.match(question)) or not _POINTS.isdisjoint(words)
