"""A question and its sources become the messages that the model gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.snapshot.prompts import QUESTION, SOURCES, Prompt


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: str
    content: str


def compose(template: Prompt, question: str, sources: Sequence[str]) -> tuple[Message, ...]:
    """Return the messages. What stands in the question or in a source is never taken for a place of the template."""
    shown = [Message("system", template.system)] if template.system else []
    for example in template.examples:
        shown.append(Message("user", _asked(template, example.question, [example.sources])))
        shown.append(Message("assistant", example.answer))
    return (*shown, Message("user", _asked(template, question, sources)))


def _asked(template: Prompt, question: str, sources: Sequence[str]) -> str:
    before, rest = template.user.split(SOURCES)
    between, after = rest.split(QUESTION)
    left, right = template.source.split(SOURCES)
    listed = "\n".join(f"{left}{source}{right}" for source in sources)
    return f"{before}{listed}{between}{question}{after}"
