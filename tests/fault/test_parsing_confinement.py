"""What a worker can no longer do after it has confined itself, tried from inside such a process."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys

import pytest

from ingestion.parsing.worker.landlock import offered

PREFACE = """
import os, socket, sys
from ingestion.parsing.worker.confinement import allow_cpu, confine
alone = confine(int(sys.argv[1]), 400 * 1024 * 1024, 5)
"""
ALWAYS = {
    "writing into a file": "open(sys.argv[3] + '/there', 'a').write('x' * 10_000)",
    "taking memory": "bytearray(500 * 1024 * 1024)",
    "opening many files": "[os.open('/dev/null', os.O_RDONLY) for _ in range(100)]",
    "speaking to this machine": "socket.create_connection(('127.0.0.1', int(sys.argv[2]))) if alone else os.stat('?')",
}
WITH_LANDLOCK = {
    "making a file": "open(sys.argv[3] + '/made', 'w')",
    "removing a file": "os.remove(sys.argv[3] + '/there')",
    "starting a program": "os.execv('/bin/true', ['true'])",
}
ATTEMPTS = ALWAYS | (WITH_LANDLOCK if offered(ctypes.CDLL(None)) >= 1 else {})


async def ended(program, *arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", PREFACE + program, str(os.getpid()), *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_a_confined_process_fails_at(attempt, tmp_path):
    (tmp_path / "there").write_text("as it was")
    listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        code, errors = await ended(ATTEMPTS[attempt], str(port), str(tmp_path))

    assert code != 0
    assert "Error" in errors
    assert [path.read_text() for path in tmp_path.iterdir()] == ["as it was"]


async def test_a_confined_process_is_killed_when_its_time_is_over():
    code, _ = await ended("allow_cpu(0)\nwhile True: pass")

    assert code == -24


async def test_a_confined_process_whose_parent_is_another_ends_at_once():
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", PREFACE + "os.abort()", "1")

    assert await process.wait() == 0
