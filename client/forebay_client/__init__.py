"""Asks: the Python client, the command line and the embedded stack.

`AsyncClient` and `Client` are the public words; everything else is free to change.
"""

from __future__ import annotations

from forebay_client.aio import Answer, AsyncClient
from forebay_client.documents import Document
from forebay_client.sync import Client

__all__ = ["Answer", "AsyncClient", "Client", "Document"]
