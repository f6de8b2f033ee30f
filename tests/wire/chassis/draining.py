"""A program that serves, for the test that stops it: what is logged tells the order."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager

from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from chassis.server import ServerSettings, running, until_stopped
from chassis.telemetry import TelemetrySettings, telemetry
from wire.chassis.probe import mount


def say(**words):
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Saying(SpanExporter):
    def export(self, spans):
        say(step="span", code=spans[0].attributes["rpc.response.status_code"])
        return SpanExportResult.SUCCESS

    def shutdown(self):
        say(step="flushed")


@asynccontextmanager
async def client():
    yield
    say(step="client closed")


async def work(request, _context):
    say(step="started")
    await asyncio.sleep(float(request))
    say(step="finished")
    return "done"


async def main():
    settings = ServerSettings(port=0, health_port=0, settle=0.6, grace=5)
    async with client(), running(settings, mount(one=work), verifier=None) as ports:
        say(step="up", port=ports.port, health_port=ports.health_port)
        await until_stopped()


with telemetry("draining", TelemetrySettings(), spans=SimpleSpanProcessor(Saying())):
    asyncio.run(main())
