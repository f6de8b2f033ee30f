"""Tells languages by their letters, with py3langid, whose model comes with the package. The only file that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from ingestion.contracts.languages import KNOWN

__all__ = ["LangidDetector"]

NO_LANGUAGE = "zxx"
"""What the model calls code, numbers and the like."""


class LangidDetector:
    """Reads its model, half a second and 60 MB, when a language is first asked for."""

    def languages(self, text: str) -> Mapping[str, float]:
        """Return how likely each language is."""
        ranked: list[tuple[str, float]] = self._identifier.rank(text)
        return {language: probability for language, probability in ranked if language != NO_LANGUAGE}

    @cached_property
    def _identifier(self) -> Any:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        # Of variants without a code of their own, such as Wu and Moroccan Arabic, the whole is asked for.
        identifier.set_languages([*KNOWN, NO_LANGUAGE])
        return identifier
