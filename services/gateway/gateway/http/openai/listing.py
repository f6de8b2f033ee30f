"""Models, as OpenAI lists them: corpora that can be asked, and embedding models."""

from __future__ import annotations

from typing import Literal

from gateway.http.openai.fields import Said


class ModelParticulars(Said):
    """What Forebay tells of a model beyond OpenAI."""

    kind: Literal["corpus", "embedding"]
    version: int | None = None
    """The corpus's version."""

    documents: int | None = None
    """Documents that are visible in the corpus."""


class Model(Said):
    """Something that can be named as `model`."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    """Not known, and therefore 0."""

    owned_by: str = "forebay"
    forebay: ModelParticulars


class Models(Said):
    """All that there are for whoever asks."""

    object: Literal["list"] = "list"
    data: list[Model]


class ErrorBody(Said):
    """What is wrong."""

    message: str
    type: str
    """The kind, such as `invalid_request_error`."""

    param: str | None = None
    """The field that is wrong, such as `messages.0.content`."""

    code: str | None = None
    """The failure's own name, such as `model_not_found`."""


class Error(Said):
    """A request that was not served."""

    error: ErrorBody
