from __future__ import annotations

import pytest

from gateway.limits.telling import headers, refusal, span
from gateway.limits.words import Standing, Verdict


def standing(limit, most, remaining, reset, *, wait=0.0, scope="tenant"):
    return Standing(scope=scope, limit=limit, most=most, remaining=remaining, reset=reset, wait=wait)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0ms"),
        (0.0201, "21ms"),
        (0.9999, "1000ms"),
        (1, "1s"),
        (59.2, "1m0s"),
        (60, "1m0s"),
        (359.5, "6m0s"),
        (90190, "25h3m10s"),
    ],
)
def test_times_are_written_as_in_openais_headers_and_never_too_short(seconds, text):
    assert span(seconds) == text


def test_of_several_limits_of_a_kind_the_one_with_the_least_left_is_told():
    told = dict(
        headers(
            [
                standing("requests_per_minute", 60, 59, 1),
                standing("requests_per_minute", 10, 3, 42, scope="key:k1"),
                standing("tokens_per_minute", 1000, 400, 36),
                standing("tokens_per_day", 5000, 100, 3600),
                standing("money_per_day", 5, 1, 3600),
                standing("concurrent", 5, 1, 0),
            ]
        )
    )

    assert told == {
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-remaining-requests": "3",
        "x-ratelimit-reset-requests": "42s",
        "x-ratelimit-limit-tokens": "5000",
        "x-ratelimit-remaining-tokens": "100",
        "x-ratelimit-reset-tokens": "1h0m0s",
    }


def test_the_limit_that_keeps_a_request_out_the_longest_is_named():
    against = [
        standing("concurrent", 1, 0, 0, wait=1.0),
        standing("money_per_day", 2_500_000, 1, 7200, wait=7200.0, scope="model:generator"),
        standing("requests_per_minute", 9, 8, 1),
    ]
    failure = refusal(Verdict(admitted=False, standings=against))

    assert (failure.reason, failure.retry_after) == ("MONEY_PER_DAY", 7200.0)
    assert failure.message == ("money_per_day of model generator, 2.5, 0.000001 remaining; ask again in 2h0m0s")
