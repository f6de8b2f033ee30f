"""How limits stand, as headers: named as in OpenAI's API, so that its clients know when to slow down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chassis.errors import Overloaded, Unavailable
from gateway.limits.words import MILLIONTHS, Standing, Verdict

_KINDS: Final = {
    "requests": ("requests_per_minute",),
    "tokens": ("tokens_per_minute", "tokens_per_day", "tokens_per_month"),
}
REMAINING: Final = "forebay-limit-{}"
_MONEY: Final = "money_"
_MINUTE: Final = 60
_HOUR: Final = 3600


class LimitReached(Overloaded):
    """A limit was reached; the reason names it, such as `TOKENS_PER_MINUTE`."""


class LargerThanLimit(Overloaded):
    """The request alone is larger than a limit: the same one will never pass."""


class LimitsUnknown(Unavailable):
    """Usage cannot be counted, and the policy lets nobody in uncounted."""


def refusal(verdict: Verdict) -> Overloaded:
    """Return what a refused request is told."""
    at = verdict.refusing
    if at is None:
        raise ValueError("nothing refuses")
    whose = {"tenant": "this tenant"}.get(at.scope, at.scope.replace(":", " "))
    what = f"{at.limit} of {whose}, {_amount(at, at.most)}"
    if at.wait is None:
        return LargerThanLimit(f"this request alone may take more than {what}; ask for fewer output tokens")
    return LimitReached(
        f"{what}, {_amount(at, at.remaining)} remaining; ask again in {span(at.wait)}",
        retry_after=at.wait,
        reason=at.limit.upper(),
    )


def headers(standings: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each header: of requests and of tokens, the limit with the least left for more."""
    for kind, limits in _KINDS.items():
        of = [standing for standing in standings if standing.limit in limits]
        if of:
            least = min(of, key=lambda standing: standing.remaining)
            yield f"x-ratelimit-limit-{kind}", str(least.most)
            yield f"x-ratelimit-remaining-{kind}", str(least.remaining)
            yield f"x-ratelimit-reset-{kind}", span(least.reset)


def span(seconds: float) -> str:
    """Return a time as OpenAI's headers write it: `20ms`, `1s`, `6m0s`, `25h3m10s`; never less than it is."""
    if seconds < 1:
        return f"{-int(-seconds * 1000 // 1)}ms"
    whole = -int(-seconds // 1)
    hours, minutes, rest = whole // _HOUR, whole % _HOUR // _MINUTE, whole % _MINUTE
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _amount(standing: Standing, amount: int) -> str:
    return f"{amount / MILLIONTHS:f}" if standing.limit.startswith(_MONEY) else str(amount)
