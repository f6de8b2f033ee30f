"""Texts to vectors, as OpenAI asks for them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gateway.http.openai.fields import Given, Said

Input = Annotated[str, Field(min_length=1, max_length=32_768)]


class EmbeddingWishes(Given):
    """What can be asked beyond what OpenAI knows."""

    kind: Literal["passage", "query"] = "passage"
    """What the texts are to a search: what is found, or what finds."""


class EmbeddingsRequest(Given):
    """Texts, and the model that turns them into vectors."""

    unsupported: ClassVar[frozenset[str]] = frozenset({"dimensions"})

    model: Annotated[str, Field(min_length=1, max_length=64)]
    """The role of an embedding model, such as `embedding`."""

    input: Input | Annotated[list[Input], Field(min_length=1, max_length=512)]
    """One text or up to 512; tokens are not taken, for each model has its own."""

    encoding_format: Literal["float", "base64"] | None = None
    """Numbers, or base64 of little-endian 32-bit floats, which is a third of the size."""

    forebay: EmbeddingWishes = EmbeddingWishes()
    user: Annotated[str, Field(max_length=512)] | None = None
    """Taken and not acted on."""

    dimensions: None = None

    @property
    def texts(self) -> list[str]:
        """Return the texts."""
        return [self.input] if isinstance(self.input, str) else self.input


class Embedding(Said):
    """The vector of one text."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingsUsage(Said):
    """Tokens that the model read."""

    prompt_tokens: int
    total_tokens: int


class Embeddings(Said):
    """One vector a text."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingsUsage
