"""Long answers on their way while what they come through is taken away: each arrives to its end."""

from __future__ import annotations

import time

from rigs.cluster import eventually
from rigs.steady import steady

PATH = ("gateway", "orchestrator", "triton-generator")
"""What every piece of an answer comes through."""
STREAMS = 3
"""Under way at any time, so that each of two pods of a part has at least one."""
FLOWING = 5.0
"""Seconds after which the first of them write."""
LEAVING = 25.0
"""Seconds after which a pod of any of these parts takes leave of its calls: what ended before proves nothing."""


def test_long_answers_that_are_under_way_when_pods_are_deleted_arrive_to_their_end(docs, client):
    with steady(docs, client, streams=STREAMS) as result:
        time.sleep(FLOWING)
        gone = [docs.pods(part)[0]["metadata"]["name"] for part in PATH]
        deleted = float(docs.exec(client, "date", "+%s.%N"))
        docs.kubectl("delete", "pod", "--wait=false", *gone)
        left = {pod["metadata"]["name"] for pod in docs.get("pods")}
        assert left >= set(gone)
        assert eventually(lambda: not {pod["metadata"]["name"] for pod in docs.get("pods")} & set(gone), seconds=150)

    assert result["stream"]["failed"] == []
    assert [span for span in result["stream"]["spans"] if span[0] < deleted and span[1] > deleted + LEAVING]
    docs.settled()
