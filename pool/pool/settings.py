"""What an operator may turn about calling models."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.certificates.settings import ClientCertificates
from chassis.settings import Settings
from pool.gate import GateLimits


class TritonSettings(ClientCertificates):
    """Where the pools are: `FOREBAY_TRITON_<POOL>_TARGET`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_TRITON_")

    embedding_target: str = ""
    """The gRPC address of the embedding pool, `host:port` or `dns:///name:port`; empty when it is not used here."""

    generator_target: str = ""
    """The gRPC address of the pool of language models; empty when it is not used here."""

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

    def gate(self) -> GateLimits:
        """Return the limits of one target's gate."""
        return GateLimits(in_flight=self.in_flight, queue=self.queue, patience=self.queue_patience)
