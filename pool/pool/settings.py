"""What an operator may turn about calling models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.certificates import Files
from chassis.routing.breaker import BreakerLimits
from chassis.settings import Settings
from pool.gate import GateLimits


class TritonSettings(Settings):
    """Where the pools are: `FOREBAY_TRITON_<POOL>_TARGET`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_TRITON_")

    embedding_target: str = ""
    """The gRPC address of the embedding pool, `host:port` or `dns:///name:port`; empty when it is not used here."""

    generator_target: str = ""
    """The gRPC address of the pool of language models; empty when it is not used here."""

    ca_file: Path | None = None
    """Certificates of the authorities that sign those of the pools, in PEM; without it they are called in plain."""

    certificate_file: Path | None = None
    """The certificate that we show, in PEM, where a Triton asks for one."""

    key_file: Path | None = None
    """The key of that certificate, in PEM."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if bool(self.certificate_file) != bool(self.key_file) or (self.certificate_file and not self.ca_file):
            raise ValueError("a certificate needs its key_file and a ca_file, all three together")
        return self

    def files(self) -> Files | None:
        """Return the files of certificates, or None where pools are called in plain."""
        if self.ca_file is None:
            return None
        return Files(certificate=self.certificate_file, key=self.key_file, authorities=self.ca_file)

    def targets(self) -> Mapping[str, str]:
        """Return the address of each pool that has one."""
        targets = {"embedding": self.embedding_target, "generator": self.generator_target}
        return {pool: target for pool, target in targets.items() if target}


class PoolSettings(Settings):
    """How models are called: `FOREBAY_POOL_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_POOL_")

    in_flight: int = Field(default=8, ge=1, le=4096)
    """Calls that one target works on at once; more than the model has slots only lengthens its own queue."""

    queue: int = Field(default=32, ge=0, le=65536)
    """Calls that wait for a target; the next one is refused."""

    queue_patience: float = Field(default=10.0, gt=0)
    """Seconds that a call waits for a target at most."""

    breaker_window: float = Field(default=10.0, gt=0)
    """Seconds that the breaker looks back."""

    breaker_least_calls: int = Field(default=5, ge=1)
    """Calls within the window that are needed to open the breaker."""

    breaker_failure_rate: float = Field(default=0.5, gt=0, le=1)
    """The share of dead calls that opens the breaker."""

    breaker_pause: float = Field(default=2.0, gt=0)
    """Seconds that the breaker stays open before one call may try."""

    breaker_patience: float = Field(default=10.0, gt=0)
    """Seconds without an answer after which a call counts as dead."""

    def gate(self) -> GateLimits:
        """Return the limits of one target's gate."""
        return GateLimits(in_flight=self.in_flight, queue=self.queue, patience=self.queue_patience)

    def breaker(self) -> BreakerLimits:
        """Return the limits of one target's breaker."""
        return BreakerLimits(
            window=self.breaker_window,
            least_calls=self.breaker_least_calls,
            failure_rate=self.breaker_failure_rate,
            pause=self.breaker_pause,
            patience=self.breaker_patience,
        )
