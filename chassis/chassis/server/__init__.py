"""One server for every service: probes, calls, drain."""

from __future__ import annotations

from chassis.server.readiness import Ping
from chassis.server.running import Mount, Ports, running, until_stopped
from chassis.server.settings import ServerSettings

__all__ = ["Mount", "Ping", "Ports", "ServerSettings", "running", "until_stopped"]
