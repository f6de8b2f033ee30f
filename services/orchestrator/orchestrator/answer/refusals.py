"""What is said when the sources do not hold the answer, and how a model says so in its own words."""

from __future__ import annotations

import re
from typing import Final

from chassis.sentences import sentences

NO_ANSWER: Final = "The documents do not hold an answer to this question."
"""The whole text of an answer that is none."""

_NOT: Final = r"(?:(?:do|does|did|can|could|am|is|are) ?(?:not|n['\u2019]t)|cannot)"
_TEXT: Final = r"(?:text|context|document(?:ation|s)?|passages?|sources?|information provided)"
_HOLD: Final = r"(?:contain|mention|provide|specify|say|state|include|hold|give|answer)"
_SAID: Final = re.compile(
    rf"\bI (?:{_NOT}|am sorry|am unable)\b|\bI['\u2019]m (?:sorry|unable|not sure)\b"
    rf"|^(?:(?:sorry|unfortunately|however),? )?(?:the|this|these) (?:\w+ )?{_TEXT}\b[^.]{{0,40}}\b{_NOT} {_HOLD}"
    rf"|\bnot (?:mentioned|specified|stated|provided|given|described|included) in the (?:given |provided )?{_TEXT}\b"
    r"|\b(?:no|not enough) information\b[^.]{0,30}\b(?:about|on|given|provided|available|to answer)\b"
    r"|\bas an AI\b",
    re.IGNORECASE,
)


def gives_up(text: str) -> bool:
    """Tell whether the text's first sentence says that it does not know; what follows an answer takes nothing back."""
    first = sentences(text)[:1]
    return any(_SAID.search(text[start:end]) for start, end in first)
