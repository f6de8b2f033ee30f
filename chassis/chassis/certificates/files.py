"""What is in the files of certificates, checked before anybody uses it.

Whoever writes the files writes one after the other, so a reader may meet a new certificate beside an old key. Such a
pair is broken, like one that cannot be parsed, and nobody gets to see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    certificate: Path | None
    """The certificate of this side, and those between it and its authority; None is a client that shows none."""

    key: Path | None
    """The private key that belongs to it, not encrypted."""

    authorities: Path | None = None
    """Whose certificates of the other side are trusted; None asks the other side for none."""

    @property
    def all(self) -> tuple[Path, ...]:
        """The files there are."""
        return tuple(file for file in (self.certificate, self.key, self.authorities) if file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the files hold."""

    certificate: bytes | None
    key: bytes | None
    authorities: bytes | None
    ends: Mapping[Path, float]
    """When each file stops being good for anything, in seconds since 1970: of a certificate and those between it and
    its authority the first end, of several authorities the last."""


def read(files: Files) -> Material:
    """Return what is in the files; raise `BrokenCertificates` when it does not fit together, or `OSError`."""
    certificate = key = authorities = None
    ends = {}
    if files.certificate and files.key:
        certificate, key = files.certificate.read_bytes(), files.key.read_bytes()
        chain = _certificates(certificate, files.certificate)
        _belong_together(chain[0], files.certificate, key, files.key)
        ends[files.certificate] = min(_ends(chain))
    if files.authorities is not None:
        authorities = files.authorities.read_bytes()
        ends[files.authorities] = max(_ends(_certificates(authorities, files.authorities)))
    return Material(certificate=certificate, key=key, authorities=authorities, ends=ends)


def _belong_together(certificate: x509.Certificate, file: Path, key: bytes, key_file: Path) -> None:
    if _public(certificate, file) != _public_of_key(key, key_file):
        raise BrokenCertificates(f"{key_file} is not the key of the certificate in {file}")


def _ends(certificates: Sequence[x509.Certificate]) -> list[float]:
    return [certificate.not_valid_after_utc.timestamp() for certificate in certificates]


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
