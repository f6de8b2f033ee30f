"""What every outgoing call takes along: the time that is left, the trace, and who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grpc import aio
from opentelemetry.trace import INVALID_SPAN

from chassis import deadline, names
from chassis.errors import DeadlineExceeded
from chassis.identity import METADATA_KEY, Signer, bearer
from chassis.routing import pinning, shadowing
from chassis.telemetry.context import carried
from chassis.telemetry.rpc import Observed, client_observer, method_of
from chassis.telemetry.spans import suppressed

Metadata = Sequence[tuple[str, str | bytes]] | aio.Metadata

_MARGIN: Final = 0.02
"""Seconds kept back from what a request has left, for the way back and for saying what went wrong."""

_UNTRACED: Final = "/grpc.health.v1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What the calls over one channel have in common."""

    target: str
    peer: str
    default_timeout: float
    signer: Signer | None
    ours: bool

    def timeout(self, asked: float | None) -> float:
        """Return how long a call may take; raise `DeadlineExceeded` when no time is left to make it."""
        wanted = self.default_timeout if asked is None else asked
        left = deadline.remaining()
        allowed = wanted if left is None else min(wanted, left - _MARGIN)
        if allowed <= 0:
            raise DeadlineExceeded(f"no time was left to call {self.peer}", reason="NO_TIME_LEFT")
        return allowed

    def observe(self, path: str) -> Observed | None:
        """Start the span of a call; None for what is not traced."""
        if path.startswith(_UNTRACED) or suppressed():
            return None
        attributes = {names.PEER: self.peer, names.SERVER_ADDRESS: self.target}
        observed = client_observer().begin(method_of(path), None, attributes)
        if shadowing.shadowed():
            observed.mark_shadow()
        return observed

    def metadata(self, given: Metadata | None, observed: Observed | None, lasting: float) -> aio.Metadata:
        """Return the caller's metadata with the trace and the token added."""
        entries: list[tuple[str, str | bytes]] = list(given or ())
        span = INVALID_SPAN if observed is None else observed.span
        # A server that is not ours may ignore the sampled flag, as Triton does: tell it of sampled traces alone.
        if self.ours or span.get_span_context().trace_flags.sampled:
            entries += carried(span)
        if self.ours:
            entries += pinning.carried(pinning.taken())
            if shadowing.shadowed():
                entries.append((shadowing.METADATA_KEY, "1"))
            if token := self._token(lasting):
                entries.append((METADATA_KEY, token))
        return aio.Metadata(*entries)

    def _token(self, lasting: float) -> str | None:
        who = bearer()
        if who is None or who.token is not None or self.signer is None:
            return None if who is None else who.token
        return self.signer.token(who.identity, lasting)
