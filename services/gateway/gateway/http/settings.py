"""Where HTTP is served, and what one client may take up."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class HttpSettings(Settings):
    """Read from `FOREBAY_HTTP_*`. Address, certificates, settle and grace are those of `FOREBAY_SERVER_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_HTTP_")

    port: int = Field(default=50080, ge=0, le=65535)
    """The port for clients of OpenAI; 0 lets the system choose."""

    operations_port: int = Field(default=50081, ge=0, le=65535)
    """The port of health and metrics, always plain and never for clients; 0 lets the system choose."""

    max_connections: int = Field(default=1024, ge=1)
    """Connections at once; the next one is closed before it is read."""

    idle_timeout: float = Field(default=75.0, gt=0, le=3600)
    """Seconds that a connection may be quiet between requests; longer than load balancers in front keep theirs."""

    head_timeout: float = Field(default=10.0, gt=0, le=600)
    """Seconds from the first byte of a request, or from a new connection, to the end of its headers."""

    body_timeout: float = Field(default=15.0, gt=0, le=600)
    """Seconds that a whole body may take."""

    write_timeout: float = Field(default=20.0, gt=0, le=600)
    """Seconds that a client may read nothing while there is something for it."""

    max_chat_bytes: int = Field(default=1024 * 1024, ge=1024)
    """The largest body of a conversation."""

    max_embeddings_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)
    """The largest body of texts to embed: 512 texts of 32,768 characters, most of them of one or two bytes."""

    max_reading_bytes: int = Field(default=128 * 1024 * 1024, ge=1024)
    """Bytes of all bodies that are being read at once; beyond that, a large one is refused."""
