"""How Milvus is reached: the same for who writes it and who reads it. Only settings; this knows no client of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings

__all__ = ["MilvusConnection"]


class MilvusConnection(Settings):
    """Read from `FOREBAY_MILVUS_*`; an address that starts with https is spoken to over TLS."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_MILVUS_")

    uri: str = "http://127.0.0.1:19530"
    """Where Milvus is."""

    token: SecretStr = SecretStr("")
    """Credential, `user:password` or an API key; empty for none."""

    database: str = Field(default="", max_length=255)
    """Its database; empty is Milvus's default. It must exist."""

    ca_file: Path | None = None
    """Certificate of the authority that signed Milvus's, in PEM; without it those of the system are trusted."""

    client_certificate_file: Path | None = None
    """Certificate that we show, in PEM, where Milvus asks for one; needs the key and the authority, too."""

    client_key_file: Path | None = None
    """Key of that certificate, in PEM."""

    server_name: str = ""
    """The name in Milvus's certificate, where it is not the one in the address."""

    replicas: int = Field(default=1, ge=1, le=64)
    """Copies of a collection that a cluster keeps in memory: more answer more searches, and outlive a lost node.
    Milvus Lite knows one."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        shown = (self.client_certificate_file, self.client_key_file)
        if any(shown) and not all((*shown, self.ca_file)):
            raise ValueError("a client certificate needs its key and ca_file, all three together")
        if (self.ca_file or self.server_name) and not self.secure:
            raise ValueError("certificates are of use with an address that starts with https:// alone")
        return self

    @property
    def secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.uri.startswith("https:")

    def arguments(self) -> dict[str, Any]:
        """Return what a client of Milvus is made with, by the names that it gives them."""
        known = {"token": self.token.get_secret_value(), "db_name": self.database}
        if not self.secure:
            return {"uri": self.uri, **known}
        tls: dict[str, Any] = {"secure": True, "server_name": self.server_name}
        if self.client_certificate_file:
            tls |= {
                "ca_pem_path": str(self.ca_file),
                "client_pem_path": str(self.client_certificate_file),
                "client_key_path": str(self.client_key_file),
            }
        elif self.ca_file:
            tls["server_pem_path"] = str(self.ca_file)
        return {"uri": self.uri, **known, **tls}
