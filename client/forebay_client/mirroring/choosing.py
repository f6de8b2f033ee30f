"""Which kind of source an address names."""

from __future__ import annotations

import re
from pathlib import Path

from forebay_client.mirroring.bucket import SCHEMES, Bucket
from forebay_client.mirroring.folder import Folder
from forebay_client.mirroring.git import Git
from forebay_client.mirroring.words import Source

REMOTE = re.compile(r"(?:https?|ssh|git)://|[\w.-]+@[\w.-]+:")
"""The addresses that only git reads, the short form of ssh among them."""


def source_at(address: str, ref: str = "") -> Source:
    """Return the source; a local path is a folder unless a ref or `git+` in front says that it is a repository."""
    if address.startswith("git+"):
        return Git(address.removeprefix("git+"), ref)
    if address.partition("://")[0] in SCHEMES and not ref:
        return Bucket(address)
    if ref or REMOTE.match(address):
        return Git(address, ref)
    return Folder(Path(address))
