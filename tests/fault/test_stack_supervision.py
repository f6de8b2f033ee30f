"""Whatever is killed, it is restarted or nothing of the stack stays behind. Stand-ins, but the real supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from forebay_client.stack.lifecycle import down, status
from forebay_client.stack.lifecycle import up as up_with
from forebay_client.stack.lock import holders
from forebay_client.stack.report import PartReport, StackError
from rigs.leftovers import gone, leftovers
from rigs.standin import ENV, PLAN

PARTS = ("store", "deaf", "service")
STARTER = f"""
import asyncio, pathlib, sys
from forebay_client.stack.lifecycle import up
asyncio.run(up(pathlib.Path(sys.argv[1]), plan={PLAN!r}, env={ENV!r}))
"""
up = partial(up_with, plan=PLAN, env=ENV)


@pytest.fixture
async def home(tmp_path: Path):
    yield tmp_path
    await down(tmp_path)
    assert await gone(tmp_path) == []


async def settled(home: Path, name: str, restarts: int) -> PartReport:
    """Wait until a part is ready again after so many restarts."""
    for _ in range(100):
        part = status(home).part(name)
        if part.restarts == restarts and part.state == "ready":
            return part
        await asyncio.sleep(0.1)
    raise AssertionError(status(home))


async def test_up_returns_when_all_are_ready_in_order_of_their_needs(home):
    heard: list[tuple[str, str]] = []
    report = await up(home, progress=lambda part: heard.append((part.name, part.state)))

    assert (report.state, report.found) == ("running", False)
    assert {part.state for part in report.parts} == {"ready", "done"}
    assert heard.index(("store", "ready")) < heard.index(("tables", "starting"))
    assert heard.index(("tables", "done")) < heard.index(("service", "starting"))
    assert heard.index(("deaf", "starting")) < heard.index(("store", "ready"))


async def test_a_second_up_finds_it_running(home):
    first, other = await asyncio.gather(up(home), up(home))
    third = await up(home)

    assert sorted([first.found, other.found]) == [False, True]
    assert third.found
    assert (
        {part.pid for part in first.parts} == {part.pid for part in other.parts} == {part.pid for part in third.parts}
    )


async def test_down_stops_all_and_the_next_up_listens_where_it_did_before(home):
    before = await up(home)
    assert (await down(home)).state == "stopped"
    assert leftovers(home) == []
    assert status(home).state == "stopped"
    assert (await down(home)).found

    after = await up(home)

    assert {part.address for part in before.parts} == {part.address for part in after.parts}


async def test_a_port_that_was_taken_meanwhile_is_replaced(home):
    before = await up(home)
    await down(home)
    with socket.create_server(("127.0.0.1", before.part("store").ports["tcp"])):
        after = await up(home)
        assert after.part("store").address != before.part("store").address
        assert after.part("service").address == before.part("service").address


@pytest.mark.parametrize("name", PARTS)
async def test_what_dies_is_restarted_and_it_is_said(home, name):
    before = (await up(home)).part(name)
    os.kill(before.pid, signal.SIGKILL)

    after = await settled(home, name, restarts=1)

    assert after.pid != before.pid
    assert after.address == before.address
    assert "SIGKILL" in after.trouble
    assert f"{name}: died: was killed by SIGKILL" in (home / "logs" / "supervisor.log").read_text()
    assert len([line for line in leftovers(home) if "time.sleep" in line]) == 1  # the old grandchild is gone


@pytest.mark.parametrize("who", ["supervisor", "guardian"])
async def test_nothing_outlives_those_who_hold_it(home, who):
    await up(home)
    os.kill((await holders(home / "running.lock"))[who], signal.SIGKILL)

    assert await gone(home) == []


async def test_parts_do_not_outlive_both_and_the_next_start_removes_their_memory(home):
    await up(home)
    for pid in (await holders(home / "running.lock")).values():
        os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.5)
    grandchild, memory = leftovers(
        home
    )  # PostgreSQL's and Triton's grandchildren watch their parents; this one does not
    assert "time.sleep" in grandchild
    assert "/dev/shm" in memory  # noqa: S108
    os.kill(int(grandchild.split()[1]), signal.SIGKILL)

    assert (await up(home)).state == "running"


@pytest.mark.parametrize(
    "moment", [0.1, 0.3, 0.5, 0.7, *(pytest.param(0.02 * n, marks=pytest.mark.slow) for n in range(60))]
)
async def test_an_up_that_is_killed_in_the_middle_leaves_nothing(home, moment):
    starter = await asyncio.create_subprocess_exec(sys.executable, "-c", STARTER, str(home))
    await asyncio.sleep(moment)
    with contextlib.suppress(ProcessLookupError):  # it was quicker than the moment
        starter.kill()
    await starter.wait()
    await asyncio.sleep(0.3)
    if status(home).state == "running":  # it was ready before: then it lives on
        await down(home)

    assert await gone(home) == []


async def test_an_up_that_is_cancelled_leaves_nothing_when_it_returns(home):
    task = asyncio.create_task(up(home))
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert leftovers(home) == [] or not task.cancelled()


async def test_a_part_that_does_not_start_is_explained_and_nothing_is_left(home):
    (home / "broken").write_text("service")
    with pytest.raises(StackError) as failure:
        await up(home)

    assert leftovers(home) == []
    message = str(failure.value)
    assert "service does not start: ended with status 7" in message
    assert "make room" in message
    assert "something is wrong" in message


async def test_a_part_that_breaks_later_is_retried_until_it_works_again(home):
    await up(home)
    (home / "broken").write_text("service")
    os.kill(status(home).part("service").pid, signal.SIGKILL)
    for _ in range(100):
        if status(home).part("service").restarts >= 3:
            break
        await asyncio.sleep(0.1)
    assert "status 7" in status(home).part("service").trouble
    assert status(home).part("store").state == "ready"
    (home / "broken").unlink()
    for _ in range(100):
        if status(home).part("service").state == "ready":
            break
        await asyncio.sleep(0.1)

    assert status(home).part("service").state == "ready"
