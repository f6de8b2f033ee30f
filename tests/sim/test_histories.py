"""Nothing acknowledged is lost, nothing is half or twice visible, nothing deleted is seen: in every history.

A history that fails prints what happened in it and the command that lives through it again.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rigs.stack import ROOT
from sim.many import lived, lived_in_parallel
from sim.world.history import run

QUICK = 1_000
"""Histories of one half of the quick round."""

DIGEST = """
import hashlib
from sim.world.history import run
print(hashlib.sha256(repr([run(seed) for seed in range(60)]).encode()).hexdigest())
"""


@pytest.mark.skipif("SEED" in os.environ, reason="one seed is asked for")
@pytest.mark.parametrize("half", [0, 1])
def test_every_promise_is_kept_in_every_history(half):
    if failure := lived(range(half * QUICK, (half + 1) * QUICK), run):
        raise failure


@pytest.mark.skipif("SEED" not in os.environ, reason="for one seed: make test-sim SEED=492")
def test_one_seed_again(capsys):
    log = run(int(os.environ["SEED"]))

    with capsys.disabled():
        for at, who, what in log:
            print(f"{at:9.3f}  {who:16} {what}")  # noqa: T201 - this is what was asked for


def test_a_seed_is_the_same_history_in_every_process():
    digests = {_digest(hashing) for hashing in ("1", "2", "3")}

    assert len(digests) == 1


def test_histories_hold_all_that_can_go_wrong():
    told = " ".join(f"{who} {what}" for seed in range(700) for _, who, what in run(seed))

    assert [words for words in EVENTS if words not in told] == []


EVENTS = [
    *("refused", "unanswered", "late", "arrived late", "the process dies", "the power goes", "unchanged=True"),
    *("announce", "write", "flush", "show no version", "commit", "show version", "claim", "remove", "forget"),
    *("erases", "claim erased", "hears of the erasure", "finish erasure"),
    *("keep", "embed", "nobody serves", "the process died", "TimeoutError", "ABORTED", "hears (True", "hears (False"),
]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_promise_is_kept_in_a_hundred_thousand_histories(capsys):
    with capsys.disabled():
        lived_in_parallel(1_000_000, int(os.environ.get("ROUNDS", "100000")), run)


def _digest(hashing):
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.check_output([sys.executable, "-c", DIGEST], env=environment, text=True, timeout=200)
