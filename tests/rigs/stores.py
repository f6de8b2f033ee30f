"""The part of the embedded stack that needs no models: the stores and the receiver."""

from __future__ import annotations

from collections.abc import Sequence

from forebay_client.stack.home import Home
from forebay_client.stack.part import Part
from forebay_client.stack.parts import milvus, postgres, receiver, valkey

PLAN = "rigs.stores:plan"


def plan(home: Home) -> Sequence[Part]:
    """Return them as they are in the whole stack."""
    return [postgres.PART, milvus.PART, valkey.PART, receiver.PART]
