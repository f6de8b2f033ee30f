"""How a service calls others."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.certificates.settings import ClientCertificates


class ChannelSettings(ClientCertificates):
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

    reconnect_interval: float = Field(default=0.4, gt=0)
    """Most seconds between two attempts to connect again; the first comes after a tenth."""

    certificate_interval: float = Field(default=10.0, gt=0)
    """Seconds between two looks at these files. New ones are used for new connections; calls under way go on."""
