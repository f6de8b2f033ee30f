"""Sentences quoted from the sources: after a model's answer, or in its place when no model can give one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrator.evidence.choosing import Count, Scored, chosen, unsaid

_CUT: Final = 400
"""Characters of one quotation at most."""


def quotation(lines: Sequence[Scored], budget: int, count: Count, text: str = "") -> str:
    """Return the best lines as quotations, in the order of the sources, without those that the text says already."""
    return " ".join(quoted(each.line.text) for each in unsaid(chosen(lines, budget, count), text))


def quoted(text: str) -> str:
    """Return the text in quotation marks, cut at a word when it is long."""
    if len(text) > _CUT:
        text = text[: text.rfind(" ", _CUT // 2, _CUT)].rstrip() + " \u2026"
    return f"\u201c{text}\u201d"
