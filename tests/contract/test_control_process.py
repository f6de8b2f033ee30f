"""Control and the gateway as the processes that the embedded stack runs, over a real PostgreSQL; the rest is away."""

from __future__ import annotations

import signal

import pytest

from chassis.errors import Unauthenticated, Unavailable
from rigs.operated_processes import running

pytestmark = pytest.mark.xdist_group("control-process")
WRONG = f"fb_demo_{'x' * 43}"


async def test_a_key_lives_and_ends_within_a_second_and_control_may_die(tmp_path):
    async with running(tmp_path) as stack:
        assert {"admin", "operator", "read", "write"} == set((await stack.ask(lambda admin: admin.keys()))[0].roles)

        made = await stack.ask(lambda admin: admin.create_key("admin", id="second"))
        assert await stack.until(lambda: stack.answers(key=made.secret)) < 1.0
        await stack.ask(lambda admin: admin.revoke_key("second"))
        assert await stack.until(lambda: stack.answers(Unauthenticated, made.secret)) < 1.0

        await stack.stop("control", signal.SIGKILL)
        assert await stack.answers(Unavailable)
        assert await stack.answers(Unauthenticated, WRONG)
        await stack.stop("gateway", signal.SIGKILL)
        await stack.start("gateway", wait=False)
        await stack.until(lambda: stack.answers(Unauthenticated, WRONG))
        assert await stack.answers(Unavailable)  # known by the snapshot on disk, though control cannot be asked

        await stack.start("control")
        await stack.until(stack.answers)
        revisions = await stack.ask(lambda admin: admin.revisions())
        assert [(one.version, one.actor) for one in revisions] == [(3, "demo"), (2, "demo"), (1, "control")]
