"""A gateway that is killed loses no record of an answered request."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from functools import partial

import grpc
import psycopg
import pytest
import yaml
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc

from chassis.identity import IdentitySettings, generate_keys
from chassis.server import running
from fakes.orchestrator import FakeOrchestrator
from gateway.postgres import PostgresAudit, pool
from gateway.records.verifying import verified
from rigs.acme import READER, SNAPSHOT
from rigs.gateway import SERVER, ask, key
from rigs.records import migrated
from rigs.toys import free_ports

pytestmark = pytest.mark.xdist_group("gateway-records")

ROUNDS = 3
CALLERS = 8


async def test_what_was_answered_is_recorded_when_the_gateway_is_killed(tmp_path):
    files = generate_keys(tmp_path)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(SNAPSHOT.model_dump(mode="json")))
    answered: list[str] = []
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(migrated())
        mount = partial(orchestrator_pb2_grpc.add_OrchestratorServiceServicer_to_server, FakeOrchestrator())
        behind = await stack.enter_async_context(running(SERVER, mount, verifier=keys.verifier()))
        for _ in range(ROUNDS):
            await _until_killed(_environment(dsn, config, files.private, behind.port), answered)

        async with pool(dsn, 2, 10) as connections:
            audit = PostgresAudit(connections, 10)
            findings = await verified(audit)
        with psycopg.connect(dsn) as connection:
            recorded = {id_ for (id_,) in connection.execute("select id from forebay.records").fetchall()}

    assert len(answered) >= ROUNDS * CALLERS
    assert set(answered) <= recorded
    assert (findings.faults, findings.chains) == ([], ROUNDS)


def _environment(dsn, config, private, orchestrator):
    port, health, http, operations = map(str, free_ports(4))
    return {
        "FOREBAY_POSTGRES_DSN": dsn,
        "FOREBAY_VALKEY_URL": "redis://127.0.0.1:1/0",
        "FOREBAY_CONFIG_FILE": str(config),
        "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(private),
        "FOREBAY_ORCHESTRATOR_TARGET": f"127.0.0.1:{orchestrator}",
        "FOREBAY_SERVER_HOST": "127.0.0.1",
        "FOREBAY_SERVER_PORT": port,
        "FOREBAY_SERVER_HEALTH_PORT": health,
        "FOREBAY_HTTP_PORT": http,
        "FOREBAY_HTTP_OPERATIONS_PORT": operations,
    }


async def _until_killed(environment, answered):
    """Ask until enough was answered in this round; then kill the gateway while everybody is still asking."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gateway"),
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{environment['FOREBAY_SERVER_PORT']}") as channel:
            async with asyncio.timeout(30):
                await channel.channel_ready()
            wanted, enough = len(answered) + CALLERS, asyncio.Event()
            stub = rpc.GatewayServiceStub(channel)
            callers = [asyncio.create_task(_asking(stub, answered, wanted, enough)) for _ in range(CALLERS)]
            async with asyncio.timeout(30):
                await enough.wait()
            process.send_signal(signal.SIGKILL)
            await asyncio.gather(*callers)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _asking(stub: rpc.GatewayServiceStub, answered, wanted, enough):
    try:
        while True:
            call = stub.Answer(ask("one two"), metadata=key(READER), timeout=20)
            events: list[pb.AnswerResponse] = [event async for event in call]
            if events[-1].HasField("closing"):
                answered.append(dict(await call.trailing_metadata())["forebay-request-id"])
            if len(answered) >= wanted:
                enough.set()
    except grpc.aio.AioRpcError:
        return
