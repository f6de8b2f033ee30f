"""What a request may be: the limits of the contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from embedding.embedder import Kind

_LONGEST_TEXT = 32_768
_MOST_TEXTS = 512

Text = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT)]
"""Any text. Control characters are welcome: the tokeniser drops them, and nothing else reads the text."""


class Embed(BaseModel):
    """`EmbedRequest`, checked."""

    model_config = ConfigDict(frozen=True)

    texts: Annotated[list[Text], Field(min_length=1, max_length=_MOST_TEXTS)]
    kind: Kind
    role: Annotated[str, Field(min_length=1, max_length=64)]
