"""The answer as it is written: what may be shown of it, and when it is long enough.

A small model goes on when it has said all it knows: it repeats itself, or adds sentences that the sources no longer
support. So it is stopped after as many sentences as the template grants, and when it says the same again.
"""

from __future__ import annotations

import re
from typing import Final

from chassis.sentences import sentences
from orchestrator.answer.words import Finish, Usage
from orchestrator.answer.writer import Piece
from orchestrator.search.words import Model

_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")
_STUCK: Final = re.compile(r"(\w[^\n]{1,20}?)\1{4}$")
_LEAST_REPEATED: Final = 12
"""Characters; shorter sentences, such as items of a list, may occur twice."""

_RUN: Final = 7
"""Words in a row that nobody says twice in so short a text."""


class Draft:
    """Collects the pieces."""

    def __init__(self, most_sentences: int) -> None:
        self._most = most_sentences
        self._written = ""
        self._shown = 0
        self._usage = Usage()
        self.model: Model | None = None
        self.finish = Finish.STOP
        self.fell = False
        """Whether a model of a lower tier wrote."""

        self.full = False
        """Whether nothing more is wanted from the model."""

    @property
    def text(self) -> str:
        """Return what was shown so far."""
        return self._written[: self._shown]

    @property
    def usage(self) -> Usage:
        """Return the tokens so far."""
        return self._usage

    def add(self, piece: Piece) -> str:
        """Take a piece; return what is to be shown now, which may be nothing."""
        self._written += piece.text if self._written else piece.text.lstrip()
        self._usage = Usage(
            max(self._usage.input_tokens, piece.input_tokens), self._usage.output_tokens + piece.output_tokens
        )
        self.model, self.fell = piece.model, piece.fell
        if piece.finish == Finish.LENGTH.value:
            self.finish = Finish.LENGTH
        if self._rambles():
            self.full = True
        end = self._end()
        new = self._written[self._shown : end]
        self._shown = max(self._shown, end)
        return new

    def _rambles(self) -> bool:
        """Tell whether the end repeats itself, or words in a row that stand in the text before."""
        if _STUCK.search(self._written):
            return True
        words = _WORD.findall(self._written.lower())
        last = words[-_RUN:]
        return len(words) >= 2 * _RUN and any(words[at : at + _RUN] == last for at in range(len(words) - 2 * _RUN + 1))

    def _end(self) -> int:
        """Return up to where the text may be shown; white space waits for what follows it."""
        spans = sentences(self._written)
        said = [_SPACE.sub(" ", self._written[start:end]).lower() for start, end in spans]
        for count, sentence in enumerate(said):
            complete = count + 1 < len(said)
            again = complete and len(sentence) >= _LEAST_REPEATED and sentence in said[:count]
            if again or count == self._most:
                self.full = True
                return spans[count - 1][1]
        return len(self._written.rstrip())
