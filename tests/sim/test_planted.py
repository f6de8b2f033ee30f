"""Every bug that is planted is found within a thousand histories."""

from __future__ import annotations

from functools import partial

import pytest

from sim.many import lived
from sim.planted import PLANTED
from sim.world.history import run

WITHIN = 1_000


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug):
    failure = lived(range(WITHIN), partial(run, plan=PLANTED[bug]))

    assert failure is not None
    assert f"make test-sim SEED={failure.seed}" in str(failure)
