"""Certificates as gRPC takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import grpc

from chassis.certificates.files import BrokenCertificates, Material
from chassis.certificates.following import Certificates


def server_credentials(certificates: Certificates) -> grpc.ServerCredentials:
    """Return credentials of a server: each handshake uses the newest certificate.

    With authorities, a client must show a certificate that one of them signed.
    """
    first = certificates.current
    credentials: grpc.ServerCredentials = grpc.dynamic_ssl_server_credentials(
        _configuration(first),
        _fetching(certificates, first),
        require_client_authentication=first.authorities is not None,
    )
    return credentials


def channel_credentials(material: Material) -> grpc.ChannelCredentials:
    """Return credentials of a client. They never change: whoever follows the files opens another channel."""
    return grpc.ssl_channel_credentials(material.authorities, material.key, material.certificate)


def _fetching(certificates: Certificates, known: Material) -> Callable[[], grpc.ServerCertificateConfiguration]:
    """Return what gRPC asks, on a thread of its own, before each handshake."""

    def fetch() -> grpc.ServerCertificateConfiguration | None:
        nonlocal known
        newest = certificates.current
        if newest is known:
            return None
        known = newest
        return _configuration(newest)

    return cast("Callable[[], grpc.ServerCertificateConfiguration]", fetch)  # gRPC takes None for nothing new


def _configuration(material: Material) -> grpc.ServerCertificateConfiguration:
    if material.key is None or material.certificate is None:
        raise BrokenCertificates("a server needs a certificate and its key")
    pairs = [(material.key, material.certificate)]
    return grpc.ssl_server_certificate_configuration(pairs, root_certificates=material.authorities)
