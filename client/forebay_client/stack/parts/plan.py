"""The plan of the embedded stack: all its parts, once what they stand on has been looked at."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from forebay_client.stack import wiring
from forebay_client.stack.home import Home
from forebay_client.stack.part import Part
from forebay_client.stack.parts import first, milvus, postgres, receiver, services, triton, valkey
from forebay_client.stack.report import StackError
from models.failure import ModelsError
from models.layout import POOLS, Layout

LEAST_SPACE = 512 * 2**20
"""Bytes that must be free: a fresh database takes 60 MB, documents and their vectors come on top."""


def embedded(home: Home) -> Sequence[Part]:
    """Return the parts; raises StackError when they could not start, and says what to do."""
    tokeniser = built().built() / "repository" / "embedding" / "tokenizer.json"
    if shutil.disk_usage(home.root).free < LEAST_SPACE:
        raise StackError(f"the disk is full: {home.root} needs at least {LEAST_SPACE >> 20} MB of free space")
    first.prepare(home)
    return [
        postgres.PART,
        receiver.PART,
        milvus.PART,
        valkey.PART,
        *(triton.part(pool) for pool in POOLS),
        services.MIGRATIONS,
        *(services.part(service, tokeniser) for service in wiring.SERVICES),
    ]


def built() -> Layout:
    """Return where the models are; raises StackError unless they are built."""
    layout = Layout.here()
    try:
        layout.built()
        layout.packages()
    except ModelsError as error:
        raise StackError(f"the models are not built: run `make models` ({error})") from error
    return layout
