"""One document cannot harm the service or the next document, whatever it does to its parser."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import zlib
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis.errors import InvalidArgument, Unavailable
from ingestion.parsing.sandbox import SandboxSettings, sandbox

GOOD = b"# Mills\n\nWater turns the wheel."


def children():
    """Processes that this one has started and that still live, by what `/proc` says."""
    own = Path(f"/proc/{os.getpid()}/task")
    return [int(pid) for task in own.iterdir() for pid in (task / "children").read_text().split()]


def living(pids):
    """Those of `pids` that have not ended; what nobody has waited for yet has ended."""
    stats = [Path(f"/proc/{pid}/stat") for pid in pids]
    return [stat for stat in stats if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"]


def workers():
    return [pid for pid in children() if b"ingestion.parsing.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@asynccontextmanager
async def parser(**settings):
    async with sandbox(SandboxSettings(**({"cpu_seconds": 2, "wall_seconds": 60} | settings))) as parsing:
        yield parsing
    assert workers() == []


async def is_well(parsing):
    return (await parsing.parse(GOOD, "", "mills.md")).title == "Mills"


async def refusal(parsing, content, name):
    with pytest.raises(InvalidArgument) as refused:
        await parsing.parse(content, "", name)
    return refused.value.reason


def bomb(size=1 << 29):
    """A PDF of one page whose content stream unfolds to `size` bytes, packed twice over."""
    packer = zlib.compressobj(1)
    stream = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(size >> 20)) + packer.flush()
    stream = zlib.compress(stream, 9)
    filters = b"[/FlateDecode /FlateDecode]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (at, one) for at, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


async def test_a_document_is_parsed_in_another_process():
    async with parser() as parsing:
        parsed = await parsing.parse(GOOD, "text/markdown", "docs/mills.md")

        assert parsed.text == "Mills\n\nWater turns the wheel."
        assert [block.headings for block in parsed.blocks] == [("Mills",)]
        assert len(workers()) == 1


async def test_a_refused_document_leaves_its_worker_in_place():
    async with parser() as parsing:
        before = workers()

        assert await refusal(parsing, b"caf\xe9", "a.txt") == "NOT_UTF8"
        assert await refusal(parsing, b"", "a.txt") == "EMPTY_DOCUMENT"
        assert await is_well(parsing)
        assert workers() == before


async def test_a_document_that_takes_too_much_processor_time_costs_its_worker_only():
    async with parser(cpu_seconds=1) as parsing:
        before = workers()

        assert await refusal(parsing, b'<div x="<">' * 60_000, "deep.html") == "PARSER_LIMIT"
        assert await is_well(parsing)
        assert workers() != before


async def test_a_document_that_takes_too_long_is_given_up():
    async with parser(wall_seconds=0.5, cpu_seconds=60) as parsing:
        assert await refusal(parsing, b'<div x="<">' * 60_000, "deep.html") == "PARSER_LIMIT"


async def test_a_stream_that_unfolds_beyond_memory_is_refused():
    async with parser(memory_mib=384, cpu_seconds=20) as parsing:
        assert await refusal(parsing, bomb(), "bomb.pdf") in {"PARSER_FAILED", "PARSER_LIMIT", "EMPTY_DOCUMENT"}
        assert await is_well(parsing)


async def test_a_worker_that_dies_is_replaced():
    async with parser() as parsing:
        os.kill(workers()[0], signal.SIGKILL)

        outcomes = await asyncio.gather(*(parsing.parse(GOOD, "", "a.md") for _ in range(4)), return_exceptions=True)

        assert sum(isinstance(outcome, Exception) for outcome in outcomes) <= 1
        assert await is_well(parsing)


async def test_a_stopped_worker_does_not_stop_the_others():
    async with parser(workers=2, wall_seconds=2) as parsing:
        os.kill(workers()[0], signal.SIGSTOP)

        outcomes = await asyncio.gather(*(parsing.parse(GOOD, "", "a.md") for _ in range(8)), return_exceptions=True)

        assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
        assert await is_well(parsing)


async def test_a_caller_that_goes_away_takes_its_parse_along():
    async with parser(cpu_seconds=60) as parsing:
        task = asyncio.create_task(parsing.parse(b'<div x="<">' * 60_000, "", "deep.html"))
        await asyncio.sleep(0.3)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
        assert await is_well(parsing)


async def test_closing_ends_a_worker_that_is_at_work():
    async with parser(cpu_seconds=60) as parsing:
        task = asyncio.create_task(parsing.parse(b'<div x="<">' * 60_000, "", "deep.html"))
        await asyncio.sleep(0.3)

    with pytest.raises(InvalidArgument):
        await task


async def test_a_worker_is_replaced_after_so_many_documents():
    async with parser(documents_per_worker=2) as parsing:
        seen = set()
        for _ in range(5):
            assert await is_well(parsing)
            seen.update(workers())

        assert len(seen) == 3


async def test_what_is_too_large_never_reaches_a_worker():
    async with parser(max_bytes=1000) as parsing:
        assert await refusal(parsing, b"x" * 1001, "a.txt") == "TOO_LARGE"


async def test_a_worker_dies_with_the_service():
    program = (
        "import asyncio, os, signal\n"
        "from ingestion.parsing.sandbox.pool import sandbox\n"
        "from ingestion.parsing.sandbox.settings import SandboxSettings\n"
        "async def main():\n"
        "    async with sandbox(SandboxSettings()):\n"
        "        tasks = os.listdir('/proc/self/task')\n"
        "        print(*(open(f'/proc/self/task/{task}/children').read() for task in tasks), flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    pids = [int(pid) for pid in output.split()]

    for _ in range(100):
        if not living(pids):
            break
        await asyncio.sleep(0.1)

    assert pids
    assert living(pids) == []


async def test_a_worker_that_cannot_start_is_said_at_once():
    with pytest.raises(Unavailable):
        async with parser(start_seconds=0.001):
            pass
