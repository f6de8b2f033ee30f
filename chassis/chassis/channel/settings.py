"""How a service calls others."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.certificates import Files
from chassis.settings import Settings


class ChannelSettings(Settings):
    """Read from `FOREBAY_CHANNEL_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_CHANNEL_")

    default_timeout: float = Field(default=30.0, gt=0)
    """Seconds that a call may take when nobody says; never more than its request has left."""

    max_message_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)
    """The largest message that is taken or sent; the same as the server's."""

    keepalive_time: float = Field(default=30.0, gt=0)
    """Seconds between two pings on a connection; more than the server's `min_ping_interval`."""

    keepalive_timeout: float = Field(default=10.0, gt=0)
    """Seconds without an answer to a ping after which a connection is dead."""

    resolution_interval: float = Field(default=10.0, gt=0)
    """Least seconds between two look-ups of a name, so that new pods are found soon after an old one closes."""

    resolution_timeout: float = Field(default=5.0, gt=0)
    """Seconds that one look-up may take."""

    reopen_interval: float = Field(default=5.0, gt=0)
    """Seconds between two looks whether nobody is found at the target, as gRPC itself looks a missing name up ever
    more rarely. The channel is then opened again."""

    reconnect_interval: float = Field(default=2.0, gt=0)
    """Most seconds between two attempts to connect again."""

    ca_file: Path | None = None
    """Certificates of the authorities that sign those of servers, in PEM; without it our services are called in plain.
    A server must have the name in its certificate by which it is called."""

    certificate_file: Path | None = None
    """The certificate that we show, in PEM, where servers ask for one."""

    key_file: Path | None = None
    """The key of that certificate, in PEM."""

    certificate_interval: float = Field(default=10.0, gt=0)
    """Seconds between two looks at these files. New ones are used for new connections; calls under way go on."""

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
