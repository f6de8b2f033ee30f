"""What an operator may turn about certificates, wherever we are the client."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import model_validator

from chassis.certificates.files import Files
from chassis.settings import Settings


class ClientCertificates(Settings):
    """Whom we trust, and what we show; a subclass says of whom and sets the prefix."""

    ca_file: Path | None = None
    """Certificates of the authorities that sign those of servers, in PEM; without it they are called in plain. A server
    must have the name in its certificate by which it is called."""

    certificate_file: Path | None = None
    """The certificate that we show, in PEM, where servers ask for one."""

    key_file: Path | None = None
    """The key of that certificate, in PEM."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if bool(self.certificate_file) != bool(self.key_file) or (self.certificate_file and not self.ca_file):
            raise ValueError("a certificate needs its key_file and a ca_file, all three together")
        return self

    def files(self) -> Files | None:
        """Return the files of certificates, or None where calls go in plain."""
        if self.ca_file is None:
            return None
        return Files(certificate=self.certificate_file, key=self.key_file, authorities=self.ca_file)
