"""Who asks: the identity that rules read, and the signed token that carries it between services."""

from __future__ import annotations

from chassis.identity.keys import IdentitySettings, KeyFiles, generate_keys
from chassis.identity.tokens import METADATA_KEY, Signer, Verifier
from chassis.identity.words import Bearer, Identity, bearer, begin, bound, current

__all__ = [
    "METADATA_KEY",
    "Bearer",
    "Identity",
    "IdentitySettings",
    "KeyFiles",
    "Signer",
    "Verifier",
    "bearer",
    "begin",
    "bound",
    "current",
    "generate_keys",
]
