from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.channel import connect
from wire.chassis.probe import Probe


async def test_a_stop_fails_the_probes_then_settles_then_drains_then_closes_then_flushes():
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("draining.py")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    async with asyncio.timeout(30):
        up = json.loads(await program.stdout.readline())
        async with (
            connect(f"127.0.0.1:{up['port']}", "probe") as channel,
            grpc.aio.insecure_channel(f"127.0.0.1:{up['health_port']}") as health,
        ):
            probe = Probe(channel)
            open_call = asyncio.ensure_future(probe.one("1.2"))
            assert json.loads(await program.stdout.readline()) == {"step": "started"}
            program.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.2)
            asked = health_pb2.HealthCheckRequest(service="ready")
            settling = (await health_pb2_grpc.HealthStub(health).Check(asked)).status
            late = await probe.one("0")
            done = await open_call
        rest = [json.loads(line) async for line in program.stdout]
        code = await program.wait()
    steps = [line["step"] for line in rest]

    assert settling == health_pb2.HealthCheckResponse.NOT_SERVING
    assert (late, done, code) == ("done", "done", 0)
    assert steps == ["started", "finished", "span", "finished", "span", "client closed", "flushed"]
