"""The pair of keys that sign and check identity tokens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import Field

from chassis.identity.tokens import Signer, Verifier
from chassis.settings import Settings

_OWNER_ONLY: Final = 0o600


class KeyFiles(NamedTuple):
    """Where a pair of keys is."""

    private: Path
    public: Path


class IdentitySettings(Settings):
    """Which keys this process has.

    The gateway has the private key with which it signs for whoever asks, the rest the public one. Ingestion has a
    private key of its own, to have documents embedded when nobody asks; only embedding trusts it.
    """

    identity_private_key_file: Path | None = None
    """A PEM file with an Ed25519 private key: the gateway's, or ingestion's own."""

    identity_public_key_file: Path | None = None
    """A PEM file with the Ed25519 public key of the gateway, or a certificate of it, as Helm makes them."""

    identity_worker_public_key_file: Path | None = None
    """The same of ingestion's key; for embedding alone."""

    identity_ttl: float = Field(default=60.0, gt=0, le=3600)
    """Seconds that a token lives at least; short, so that a stolen one is soon worth nothing."""

    def signer(self) -> Signer:
        """Return the signer of the private key; raise `ValueError` when none is set."""
        if self.identity_private_key_file is None:
            raise ValueError("FOREBAY_IDENTITY_PRIVATE_KEY_FILE is not set")
        return Signer(self.identity_private_key_file.read_bytes(), self.identity_ttl)

    def verifier(self) -> Verifier:
        """Return the verifier of the public key; raise `ValueError` when none is set."""
        if self.identity_public_key_file is None:
            raise ValueError("FOREBAY_IDENTITY_PUBLIC_KEY_FILE is not set")
        files = [self.identity_public_key_file]
        if self.identity_worker_public_key_file is not None:
            files.append(self.identity_worker_public_key_file)
        return Verifier(*(_public(file.read_bytes()) for file in files))


def generate_keys(folder: Path, name: str = "identity") -> KeyFiles:
    """Make a pair of keys in the folder, unless one is there already; only the owner can read the private one."""
    files = KeyFiles(folder / f"{name}.key", folder / f"{name}.pub")
    if not all(file.exists() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        _write(files.private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        files.public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return files


def _public(pem: bytes) -> bytes:
    """Take the key out of a certificate. Who signed that does not matter: the file is trusted, not its issuer."""
    if b"BEGIN CERTIFICATE" not in pem:
        return pem
    key = x509.load_pem_x509_certificate(pem).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(file: Path, content: bytes) -> None:
    """Write a file that nobody else could read, not even for a moment."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as out:
        out.write(content)
