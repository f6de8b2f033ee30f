"""Which gateway the commands speak to: the one that the settings name, else the embedded stack's."""

from __future__ import annotations

import json

from chassis.errors import FailedPrecondition
from chassis.settings import Settings
from forebay_client.aio import AsyncClient
from forebay_client.stack.home import Home
from forebay_client.stack.part import HOST
from forebay_client.stack.report import Report

NOT_RUNNING = (
    "nothing is running here; start the embedded stack with `forebay up`, or set FOREBAY_ADDRESS and FOREBAY_API_KEY"
)


class ClientSettings(Settings):
    """Read from `FOREBAY_ADDRESS`, `FOREBAY_API_KEY` and `FOREBAY_TIMEOUT`."""

    address: str = ""
    """The gateway's host:port; empty is the embedded stack's."""

    api_key: str = ""
    """The API key; empty is the demo tenant's of the embedded stack."""

    timeout: float = 120.0
    """Seconds that one call may take."""


def client() -> AsyncClient:
    """Return a client of the gateway; raise `FailedPrecondition` when there is none to speak to."""
    settings = ClientSettings()
    address = settings.address or listening("gateway", "grpc")
    return AsyncClient(address, settings.api_key or _demo_key(), timeout=settings.timeout)


def listening(part: str, listener: str) -> str:
    """Return where a part of the running embedded stack listens, as host:port."""
    path = Home.at().report
    if not path.exists():
        raise FailedPrecondition(NOT_RUNNING)
    report = Report.from_json(json.loads(path.read_text("utf-8")))
    if report.state == "stopped":
        raise FailedPrecondition(NOT_RUNNING)
    return f"{HOST}:{report.part(part).ports[listener]}"


def _demo_key() -> str:
    key = Home.at().key
    if not key.exists():
        raise FailedPrecondition(NOT_RUNNING)
    return key.read_text("utf-8").strip()
