"""Certificates as sockets of the standard library take them."""

from __future__ import annotations

import ssl
from typing import Any

from chassis.certificates.files import BrokenCertificates, Files, Material
from chassis.certificates.following import Certificates


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """Return a context for a server of HTTP: each handshake uses the newest certificate.

    A context that is in use is not changed, for a certificate without its key would be left in it if the second half
    failed. Each handshake is handed the newest whole one instead, at the moment when the client says whom it wants.
    With authorities, a client must show a certificate that one of them signed.
    """
    newest = _context(certificates.files)

    def changed(_material: Material) -> None:
        nonlocal newest
        newest = _context(certificates.files)

    def handed(connection: Any, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = newest

    certificates.on_change(changed)
    entrance = _context(certificates.files)
    entrance.sni_callback = handed
    return entrance


def _context(files: Files) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # A resumed session shows no certificate: a client whose authority went away would stay welcome.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    if files.certificate is None or files.key is None:
        raise BrokenCertificates("a server needs a certificate and its key")
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
        if files.authorities is not None:
            context.load_verify_locations(files.authorities)
            context.verify_mode = ssl.CERT_REQUIRED
    except ssl.SSLError:
        raise BrokenCertificates(f"{files.certificate} and the files beside it do not fit together") from None
    return context


def _no_password() -> str:
    """Have an encrypted key fail: without this, OpenSSL asks the terminal."""
    return ""
