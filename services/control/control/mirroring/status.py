"""What a Route resource says of itself, in the form that Kubernetes' own tools read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from control.mirroring.words import Found, Verdict

ACCEPTED: Final = "Accepted"


def status_of(found: Found, verdict: Verdict, now: datetime) -> Mapping[str, Any] | None:
    """Return the status to be written; None when it says so already."""
    before = _condition(found.status)
    state = "True" if verdict.accepted else "False"
    said = {
        "type": ACCEPTED,
        "status": state,
        "reason": verdict.reason,
        "message": verdict.message,
        "observedGeneration": verdict.generation,
    }
    # A version that rises for other reasons is no news of this route.
    same = {name: before.get(name) for name in said} == said
    if same and (found.status.get("version", 0) > 0) == verdict.accepted:
        return None
    moved = before.get("status") != state
    since = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moved else before["lastTransitionTime"]
    return {
        "observedGeneration": verdict.generation,
        "version": verdict.version,
        "conditions": [{**said, "lastTransitionTime": since}],
    }


def _condition(status: Mapping[str, Any]) -> Mapping[str, Any]:
    conditions = status.get("conditions") or ()
    return next((one for one in conditions if one.get("type") == ACCEPTED), {})
