"""Whatever is killed, full or away under four writers and four readers: what was acknowledged is found, whole, once."""

from __future__ import annotations

import pytest

from rigs.faults.disk import small_disk
from rigs.faults.rounds import round_of
from rigs.faults.striking import FAULTS
from rigs.stack import embedded

ROUNDS = 20
MOUNTED = "disk full"
UNFELT = {"kill client"}
"""What nobody but the one that is struck notices."""

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A folder, and whether it is a small disk of its own."""
    folder = tmp_path_factory.mktemp("faults")
    with small_disk(folder) as mounted:
        yield folder, mounted


@pytest.fixture(scope="module")
def faulty(disk):
    """A stack that nobody else uses, on a small disk where that is allowed."""
    with embedded(disk[0]) as running:
        yield running


@pytest.fixture
def printed(capsys):
    """Print lines although pytest captures them."""

    def show(title, lines):
        with capsys.disabled():
            print(f"\n{title}", *lines, sep="\n  ")  # noqa: T201 - counts are what these tests are run for

    return show


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, ROUNDS))])
async def test_each_fault_loses_nothing_that_was_acknowledged_and_shows_nothing_half_or_twice(
    faulty, disk, printed, seed
):
    faults = {name: fault for name, fault in FAULTS.items() if disk[1] or name != MOUNTED}

    here = await round_of(faulty, faults, seed)

    missing = [] if disk[1] else ["no disk could be made full: that needs the right to mount"]
    printed(f"round {seed}", [*here.tally.lines(), *missing, *here.memory.broken])
    assert here.memory.broken == []
    assert here.tally.leaks() == set()
    assert {fault for fault in faults if here.tally.felt[fault]} >= set(faults) - UNFELT
