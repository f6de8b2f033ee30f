"""What is in the files of certificates, checked before anybody uses it.

Whoever writes the files writes one after the other, so a reader may meet a new certificate beside an old key. Such a
pair is broken, like one that cannot be parsed, and nobody gets to see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


class BrokenCertificates(ValueError):
    """The files hold no certificate and key that belong together; the message names the file, never its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where certificate, key and authorities are, all of them in PEM."""

    certificate: Path
    """The certificate of this side, and those between it and its authority."""

    key: Path
    """The private key that belongs to it, not encrypted."""

    authorities: Path | None = None
    """Whose certificates of the other side are trusted; None asks the other side for none."""

    @property
    def all(self) -> tuple[Path, ...]:
        """The files there are."""
        return (self.certificate, self.key, *((self.authorities,) if self.authorities else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the files hold."""

    certificate: bytes
    key: bytes
    authorities: bytes | None


def read(files: Files) -> Material:
    """Return what is in the files; raise `BrokenCertificates` when it does not fit together, or `OSError`."""
    material = Material(
        certificate=files.certificate.read_bytes(),
        key=files.key.read_bytes(),
        authorities=files.authorities.read_bytes() if files.authorities else None,
    )
    first = _certificates(material.certificate, files.certificate)[0]
    if _public(first, files.certificate) != _public_of_key(material.key, files.key):
        raise BrokenCertificates(f"{files.key} is not the key of the certificate in {files.certificate}")
    if material.authorities is not None and files.authorities is not None:
        _certificates(material.authorities, files.authorities)
    return material


def _certificates(pem: bytes, file: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise BrokenCertificates(f"{file} holds no certificate in PEM") from None


def _public(certificate: x509.Certificate, file: Path) -> bytes:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise BrokenCertificates(f"{file} holds a certificate with a key of an unknown kind") from None
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_of_key(pem: bytes, file: Path) -> bytes:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BrokenCertificates(f"{file} holds no private key in PEM, or one with a password") from None
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
