"""Ingestion as a process of its own, over real stores, with an embedding service that costs nothing."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from chassis.identity import KeyFiles, generate_keys
from chassis.server import ServerSettings, running
from fakes.embedder import EmbeddingStandIn
from ingestion.migrate import migrate
from rigs.ingestion_stores import StoresEye
from rigs.milvus import milvus
from rigs.postgres import postgres
from rigs.valkey import valkey

Vectors = Callable[[], AbstractAsyncContextManager[str]]


@dataclass
class Service:
    """The process; it may be killed and started again."""

    env: Mapping[str, str]
    keys: KeyFiles
    log: Path
    ports: tuple[int, int]
    process: asyncio.subprocess.Process | None = field(default=None)

    @cached_property
    def eye(self) -> StoresEye:
        """What sees into the stores; it connects to all of them."""
        return StoresEye(self.env["FOREBAY_POSTGRES_DSN"], self.env["FOREBAY_MILVUS_URI"])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.ports[0]}"

    async def run(self) -> int:
        """Start it, and wait for its end."""
        await self._spawn()
        return await self.process.wait()

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        await self._spawn()
        for _ in range(600):
            if self.process.returncode is not None:
                break
            try:
                _, wire = await asyncio.open_connection("127.0.0.1", self.ports[0])
            except OSError:
                await asyncio.sleep(0.05)
            else:
                wire.close()
                return
        raise AssertionError(f"ingestion did not start:\n{self.log.read_text()}")

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        self.process.terminate()
        return await self.process.wait()

    async def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ingestion", env={**os.environ, **self.env}, stdout=log, stderr=log
            )


@asynccontextmanager
async def ingestion_process(folder: Path, vectors: Vectors = milvus) -> AsyncIterator[Service]:
    """Start the stores and the service; end all of them with the block. `vectors` runs what keeps the vectors."""
    keys = generate_keys(folder)
    (folder / "config.yaml").write_text("version: 1\n")
    tokeniser = Tokenizer(WordLevel({"[UNK]": 0}, "[UNK]"))
    tokeniser.pre_tokenizer = Whitespace()
    tokeniser.save(str(folder / "tokenizer.json"))
    mount = partial(rpc.add_EmbeddingServiceServicer_to_server, EmbeddingStandIn())
    quiet = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with postgres() as dsn, vectors() as uri, valkey() as valkey_url, running(quiet, mount, verifier=None) as at:
        await asyncio.to_thread(migrate, dsn)
        ports = _free(), _free()
        env = {
            "FOREBAY_SERVER_PORT": str(ports[0]),
            "FOREBAY_SERVER_HEALTH_PORT": str(ports[1]),
            "FOREBAY_SERVER_SETTLE": "0",
            "FOREBAY_IDENTITY_PUBLIC_KEY_FILE": str(keys.public),
            "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(keys.private),
            "FOREBAY_POSTGRES_DSN": dsn,
            "FOREBAY_MILVUS_URI": uri,
            "FOREBAY_VALKEY_URL": valkey_url,
            "FOREBAY_OBJECTS_URL": (folder / "objects").as_uri(),
            "FOREBAY_EMBEDDING_TARGET": f"127.0.0.1:{at.port}",
            "FOREBAY_CONFIG_FILE": str(folder / "config.yaml"),
            "FOREBAY_INGESTION_TOKENIZER_FILE": str(folder / "tokenizer.json"),
        }
        service = Service(env=env, keys=keys, log=folder / "ingestion.log", ports=ports)
        await service.start()
        try:
            yield service
        finally:
            await service.kill()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
