"""The OpenAPI document, made from the types that requests are checked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.http.exchange import Exchange
from gateway.http.openai.chat import ChatRequest
from gateway.http.openai.completions import Completion, Piece
from gateway.http.openai.embeddings import Embeddings, EmbeddingsRequest
from gateway.http.openai.listing import Error, Model, Models

_REF: Final = "#/components/schemas/{model}"
_TYPES: Final[tuple[tuple[type[BaseModel], str], ...]] = (
    (ChatRequest, "validation"),
    (EmbeddingsRequest, "validation"),
    *((model, "serialization") for model in (Completion, Piece, Embeddings, Models, Model, Error)),
)
_ERRORS: Final = {
    "400": "The request is wrong; `param` names the field.",
    "401": "Nobody knows who asks.",
    "403": "The credential lacks the role.",
    "404": "There is no such model.",
    "408": "The body came too slowly.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "A limit was reached; `retry-after` says when to ask again.",
    "500": "A mistake of ours.",
    "503": "Something that is needed is down; `retry-after` says when to ask again.",
    "504": "The time given was not enough.",
}


class Document:
    """Serves the document; it is the same each time."""

    def __init__(self) -> None:
        import json

        self._text = json.dumps(document()).encode()

    async def __call__(self, exchange: Exchange) -> None:
        """Serve one request."""
        await exchange.send(200, self._text)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    _, schemas = models_json_schema(list(_TYPES), ref_template=_REF)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Forebay",
            "version": "v1",
            "description": "Answers from a team's own documents, for clients of OpenAI.",
        },
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _paths() -> dict[str, Any]:
    name = {"name": "model", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    events = {"text/event-stream": {"schema": {"$ref": _REF.format(model="Piece")}}}
    return {
        "/v1/chat/completions": {
            "post": _operation(
                "createChatCompletion", "Answer a conversation", Completion, body=ChatRequest, also=events
            )
        },
        "/v1/embeddings": {
            "post": _operation("createEmbedding", "Turn texts into vectors", Embeddings, body=EmbeddingsRequest)
        },
        "/v1/models": {"get": _operation("listModels", "List corpora and embedding models", Models)},
        "/v1/models/{model}": {"get": _operation("retrieveModel", "Read one of them", Model) | {"parameters": [name]}},
    }


def _operation(
    name: str,
    summary: str,
    answer: type[BaseModel],
    *,
    body: type[BaseModel] | None = None,
    also: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    good = {"description": summary, "content": {**_content(answer), **(also or {})}}
    bad = {status: {"description": why, "content": _content(Error)} for status, why in _ERRORS.items()}
    operation = {"operationId": name, "summary": summary, "responses": {"200": good, **bad}}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(body)}
    return operation


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}
