"""What an operator may turn."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class TargetSettings(Settings):
    """Where the services behind the gateway are: `host:port` or `dns:///name:port`."""

    orchestrator_target: str = "127.0.0.1:50061"
    """The orchestrator."""

    embedding_target: str = "127.0.0.1:50062"
    """The embedding service."""

    retrieval_target: str = "127.0.0.1:50063"
    """The retrieval service."""

    ingestion_target: str = "127.0.0.1:50064"
    """The ingestion service."""

    control_target: str = "127.0.0.1:50065"
    """The control service; it is watched only where this is set."""


class StoreSettings(Settings):
    """Where the gateway's stores are."""

    valkey_url: str = "redis://127.0.0.1:6379/0"
    """Where usage is counted across gateways; `rediss://…` for TLS."""


class GatewaySettings(Settings):
    """What the gateway gives and takes."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_GATEWAY_")

    answer_timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds that an answer may take when its client gives no deadline."""

    put_timeout: float = Field(default=900.0, gt=0, le=86400)
    """Seconds that a stream of documents may take when its client gives no deadline."""

    timeout: float = Field(default=30.0, gt=0, le=3600)
    """Seconds that any other call may take when its client gives no deadline."""

    max_answers: int = Field(default=32, ge=1)
    """The most answers under way at once, however quick they are; the gateway finds out how many are good."""

    max_puts: int = Field(default=32, ge=1)
    """The most streams of documents under way at once."""

    max_searches: int = Field(default=128, ge=1)
    """The same for searches and texts to embed."""

    max_calls: int = Field(default=256, ge=1)
    """The most other calls under way at once."""

    cache_timeout: float = Field(default=0.02, gt=0, le=1)
    """Seconds that a look into the cache of answers may take; beyond, the cache is left alone for a second."""

    cache_patience: float = Field(default=10.0, ge=0, le=600)
    """Seconds that an answer which another gateway makes is waited for, and never more than half of what is left; 0
    waits for none."""

    cache_share: int = Field(default=32 * 2**20, ge=0)
    """Bytes that a tenant's kept answers and questions may take; what expires soonest goes first."""

    cache_largest: int = Field(default=256 * 2**10, ge=1)
    """Bytes of an answer with its sources beyond which it is not kept."""

    replicas: int = Field(default=1, ge=1, le=1000)
    """Gateways that run at once, at most: each grants that share of the limits while usage cannot be counted in one."""

    count_timeout: float = Field(default=0.25, gt=0, le=10)
    """Seconds that a call to Valkey may take; beyond, usage is counted by this gateway alone for a moment."""

    lease: float = Field(default=15.0, ge=1, le=600)
    """Seconds after which what a dead gateway holds is given up; a living one renews it three times as often."""

    prompt_tokens: int = Field(default=512, ge=0, le=1_000_000)
    """Tokens besides the question that are reserved for an answer's prompt: instructions and sources."""
