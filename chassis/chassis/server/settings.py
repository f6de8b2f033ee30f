"""Where a server listens, what it takes, and how long it waits to stop."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.certificates import Files
from chassis.settings import Settings


class ServerSettings(Settings):
    """Read from `FOREBAY_SERVER_*`. `ServerSettings(port=0, health_port=0, settle=0, grace=0)` is for tests."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_SERVER_")

    host: str = "127.0.0.1"
    """The address to bind; `[::]` or `0.0.0.0` in a pod."""

    port: int = Field(default=50051, ge=0, le=65535)
    """The port of the services; 0 lets the system choose."""

    health_port: int = Field(default=50052, ge=0, le=65535)
    """The port of health, always plain, for probes know no TLS; 0 lets the system choose."""

    settle: float = Field(default=5.0, ge=0, le=300)
    """Seconds between failing the probes and refusing calls, while routes catch up."""

    grace: float = Field(default=20.0, ge=0, le=3600)
    """Seconds in which open calls may finish; less than the pod's own grace."""

    max_message_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)
    """The largest message that is taken or sent; beyond it, pages or streams are better."""

    max_concurrent: int = Field(default=512, ge=1)
    """The most calls under way at once; the next is refused with RESOURCE_EXHAUSTED before any work."""

    reflection: bool = False
    """Whether the contracts can be read from the server; on for development, off in production."""

    connection_age: float = Field(default=180.0, gt=0)
    """Seconds after which a client is asked to connect again, so that it finds new pods."""

    connection_grace: float = Field(default=600.0, gt=0)
    """Seconds that calls on such a connection may still take; not less than the longest stream."""

    min_ping_interval: float = Field(default=20.0, gt=0)
    """Seconds between keepalive pings that a client may send; less than any client's keepalive time."""

    ping_interval: float = Field(default=5.0, gt=0)
    """Seconds between two rounds of pings while ready."""

    ping_interval_unready: float = Field(default=0.25, gt=0)
    """Seconds between two rounds while not ready; short, so that a start is quick."""

    ping_timeout: float = Field(default=2.0, gt=0)
    """Seconds that one ping may take before it counts as failed."""

    ping_patience: int = Field(default=2, ge=1)
    """Rounds in a row that have to fail before a ready service says that it is not; one slow ping is no outage."""

    certificate_file: Path | None = None
    """The certificate of this server, in PEM, with the names it is called by; without it calls are taken in plain."""

    key_file: Path | None = None
    """The key of that certificate, in PEM."""

    ca_file: Path | None = None
    """Certificates of the authorities that sign those of callers, in PEM; without it callers need none."""

    callers: str = ""
    """Names, separated by commas, of which a caller's certificate must hold one; empty takes all that were signed."""

    certificate_interval: float = Field(default=10.0, gt=0)
    """Seconds between two looks at these files; each handshake uses the newest that fit together."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if bool(self.certificate_file) != bool(self.key_file) or (self.ca_file and not self.certificate_file):
            raise ValueError("certificate_file and key_file go together, and ca_file with them")
        if self.callers and not self.ca_file:
            raise ValueError("callers can be told apart by certificates of a ca_file alone")
        return self

    def files(self) -> Files | None:
        """Return the files of certificates, or None where calls are taken in plain."""
        if self.certificate_file is None:
            return None
        return Files(certificate=self.certificate_file, key=self.key_file, authorities=self.ca_file)

    def names(self) -> frozenset[str]:
        """Return the names that callers may have; none is any."""
        return frozenset(name.strip() for name in self.callers.split(",") if name.strip())
