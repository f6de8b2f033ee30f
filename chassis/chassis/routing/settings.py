"""How targets are watched and chosen."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.routing.breaker import BreakerLimits
from chassis.settings import Settings


class RoutingSettings(Settings):
    """Read from `FOREBAY_ROUTING_*`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_ROUTING_")

    probe_interval: float = Field(default=1.0, gt=0)
    """Seconds between two questions whether a target can serve; a route with one target is not asked."""

    probe_timeout: float = Field(default=1.0, gt=0)
    """Seconds that such a question may take."""

    probe_failures: int = Field(default=2, ge=1)
    """Questions in a row without a good answer after which a target that was ready is so no longer."""

    linger: float = Field(default=60.0, ge=0)
    """Seconds that a track which left the routes stays connected, for requests that were given it before."""

    breaker_window: float = Field(default=10.0, gt=0)
    """Seconds that are looked back to judge a target, a model or a track, by how its calls ended."""

    breaker_least_calls: int = Field(default=5, ge=1)
    """Calls within the window below which nothing is judged."""

    breaker_failure_rate: float = Field(default=0.5, gt=0, le=1)
    """The share of failed calls from which a target gets no tenants."""

    breaker_pause: float = Field(default=2.0, gt=0)
    """Seconds that it gets none, until one call tries."""

    breaker_patience: float = Field(default=10.0, gt=0)
    """Seconds without an answer after which a call counts as failed."""

    def breaker(self) -> BreakerLimits:
        """Return when a target is out, and for how long."""
        return BreakerLimits(
            window=self.breaker_window,
            least_calls=self.breaker_least_calls,
            failure_rate=self.breaker_failure_rate,
            pause=self.breaker_pause,
            patience=self.breaker_patience,
        )
