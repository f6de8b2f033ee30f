"""Asks: the Python client, the command line and the embedded stack.

`AsyncClient` and `Client` are the public words; everything else is free to change. They are imported when they are
first asked for, because the processes of the embedded stack live in this package too and must start fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forebay_client.aio import AsyncClient
    from forebay_client.answers import Answer
    from forebay_client.documents import Document
    from forebay_client.sync import Client

__all__ = ["Answer", "AsyncClient", "Client", "Document"]

_HOMES = {"Answer": "answers", "AsyncClient": "aio", "Client": "sync", "Document": "documents"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
