"""Certificates from files, read again when the files change: for servers and clients, gRPC and HTTP alike."""

from __future__ import annotations

from chassis.certificates.credentials import channel_credentials, server_credentials
from chassis.certificates.files import BrokenCertificates, Files, Material, read
from chassis.certificates.following import Certificates
from chassis.certificates.sockets import server_context

__all__ = [
    "BrokenCertificates",
    "Certificates",
    "Files",
    "Material",
    "channel_credentials",
    "read",
    "server_context",
    "server_credentials",
]
