"""One worker process, seen from the service: started, asked, and killed when it does not behave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Any, Final

import structlog

from chassis.errors import InvalidArgument, Unavailable
from ingestion.parsing.document import Parsed
from ingestion.parsing.frames import LENGTH, Malformed, framed, unpack
from ingestion.parsing.sandbox.settings import SandboxSettings

__all__ = ["Broken", "Worker", "started"]

_log = structlog.get_logger("ingestion.parsing")

_MODULE: Final = "ingestion.parsing.worker"
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_LARGE: Final = 256 * 1024
"""Bytes from which decoding an answer is worth a thread."""
_HEAD_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of the list of blocks; what a document of the most blocks needs, with room for its headings."""


class Broken(InvalidArgument):
    """The worker died, hung or answered nonsense on a document: the worker is of no more use, the message says why."""


class Worker:
    """A process that parses one document at a time."""

    def __init__(self, process: Process, settings: SandboxSettings) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a worker is spoken to through pipes")
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self._settings = settings
        self._documents = 0

    @property
    def worn(self) -> bool:
        """Whether it has parsed as many documents as one worker may, or has died since."""
        return self._documents >= self._settings.documents_per_worker or self._process.returncode is not None

    async def ready(self) -> None:
        """Wait until it has confined itself; say so when the kernel left it the network."""
        if b"true" in await self._frame(_LARGE):
            _log.warning("parser_keeps_network", pid=self._process.pid)

    async def parse(self, content: bytes, mime: str, name: str) -> Parsed | InvalidArgument:
        """Return the document, or why it is refused; raise `Broken` when the worker broke on it."""
        self._documents += 1
        try:
            async with asyncio.timeout(self._settings.wall_seconds):
                return await self._ask(content, mime, name)
        except TimeoutError:
            raise Broken("The document took too long to parse.", reason="PARSER_LIMIT") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._death() from None
        except Malformed:
            raise Broken("The document made its parser fail.", reason="PARSER_FAILED") from None

    def kill(self) -> None:
        """End it now, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """Kill it and wait until nothing of it is left."""
        self.kill()
        self._stdin.close()
        await self._process.communicate()

    async def _ask(self, content: bytes, mime: str, name: str) -> Parsed | InvalidArgument:
        request = {
            "mime": mime,
            "name": name,
            "cpu_seconds": self._settings.cpu_seconds,
            "characters": self._settings.max_characters,
            "blocks": self._settings.max_blocks,
        }
        self._stdin.write(framed(json.dumps(request).encode(), content))
        await self._stdin.drain()
        head = await self._frame(_HEAD_LIMIT)
        body = await self._frame(4 * self._settings.max_characters)
        return await asyncio.to_thread(_answer, head, body) if len(head) + len(body) > _LARGE else _answer(head, body)

    async def _frame(self, limit: int) -> bytes:
        size = LENGTH.unpack(await self._stdout.readexactly(LENGTH.size))[0]
        if size > limit:
            raise Malformed
        return await self._stdout.readexactly(size)

    async def _death(self) -> Broken:
        if await self._process.wait() == -signal.SIGXCPU:
            return Broken("The document took too much processor time to parse.", reason="PARSER_LIMIT")
        return Broken("The document made its parser fail: it is damaged or unfolds too far.", reason="PARSER_FAILED")


async def started(settings: SandboxSettings) -> Worker:
    """Return a worker that is ready; raise `Unavailable` when none can be started."""
    memory = settings.memory_mib * 1024 * 1024
    arguments = (sys.executable, "-I", "-m", _MODULE, str(os.getpid()), str(memory), str(settings.niceness))
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/", start_new_session=True
        )
    except OSError:
        raise Unavailable("No process could be started to parse the document.", retry_after=1.0) from None
    worker = Worker(process, settings)
    try:
        async with asyncio.timeout(settings.start_seconds):
            await worker.ready()
    except BaseException as error:
        await worker.stop()
        if isinstance(error, TimeoutError | Malformed | asyncio.IncompleteReadError):
            raise Unavailable("The process that parses documents did not start.", retry_after=1.0) from None
        raise
    return worker


def _answer(head: bytes, body: bytes) -> Parsed | InvalidArgument:
    try:
        found: Any = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    refused = found.get("refused") if isinstance(found, dict) else None
    if isinstance(refused, str):
        return InvalidArgument(refused[:500], reason=str(found.get("reason", ""))[:50] or None)
    return unpack(found, body)
