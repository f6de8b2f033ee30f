"""Many histories, over as many processes as there are processors."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from sim.world.history import Failed

Live = Callable[[int], object]
"""Lives through the history of a seed; raises `Failed`. Other processes must be able to import it."""

PORTION = 500
"""Seeds that a process takes at a time."""


def lived(seeds: Iterable[int], live: Live) -> Failed | None:
    """Live through these histories; return the first that failed."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])  # each history leaves a heap of small cycles; looking less often is quicker
    try:
        for seed in seeds:
            live(seed)
    except Failed as failure:
        return failure
    finally:
        gc.set_threshold(*before)
    return None


def lived_in_parallel(first: int, count: int, live: Live) -> None:
    """Live through `count` histories; print how it goes, and raise the first failure."""
    started = time.monotonic()
    portions = [range(at, min(at + PORTION, first + count)) for at in range(first, first + count, PORTION)]
    done = 0
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
        for portion, failure in zip(portions, processes.map(partial(_told, live), portions), strict=True):
            if failure:
                processes.shutdown(cancel_futures=True)
                raise AssertionError(failure)
            done += len(portion)
            if done % 10_000 == 0:
                _say(done, count, time.monotonic() - started)
    _say(done, count, time.monotonic() - started)


def _told(live: Live, seeds: range) -> str:
    """Return what a failure says, which travels between processes as the failure itself would not."""
    failure = lived(seeds, live)
    return str(failure) if failure else ""


def _say(done: int, count: int, seconds: float) -> None:
    print(f"{done:,} of {count:,} histories in {seconds:.0f} s: {done / seconds:.0f} a second", flush=True)  # noqa: T201 - asked for
