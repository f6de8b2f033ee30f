"""Long answers on their way while what they come through is taken away: each arrives to its end."""

from __future__ import annotations

import time

import pytest

from rigs.steady import steady

PATH = ("gateway", "orchestrator", "triton-generator")
"""What every piece of an answer comes through."""
LOAD = {"streams": 4, "tokens": 640}
"""Two for each pod of a part; they take three quarters of a minute on two cores, unless the model ends early."""
FLOWING = 2.0
"""Seconds after which the first of them write."""
LEAVING = 10.0
"""Seconds after which a service takes leave of its calls (`settle`): what ended before proves nothing. A Triton serves
on for longer, whoever calls it."""
ROUNDS = 4
"""The most that are tried until an answer was long enough."""


def test_long_answers_that_are_under_way_when_pods_are_deleted_arrive_to_their_end(docs, client):
    for _ in range(ROUNDS):
        with steady(docs, client, **LOAD) as result:
            time.sleep(FLOWING)
            gone = [docs.pods(part)[0]["metadata"]["name"] for part in PATH]
            deleted = float(docs.exec(client, "date", "+%s.%N"))
            docs.kubectl("delete", "pod", *gone, "--timeout=150s")
        docs.settled()
        assert result["stream"]["failed"] == []
        if any(began < deleted and ended > deleted + LEAVING for began, ended in result["stream"]["spans"]):
            return
    pytest.fail("no answer was long enough to outlast the pods")
