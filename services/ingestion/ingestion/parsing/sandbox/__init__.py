"""Parsing in a process of its own that can be killed, and that can do nothing but parse."""

from __future__ import annotations

from ingestion.parsing.sandbox.pool import Sandbox, sandbox
from ingestion.parsing.sandbox.settings import SandboxSettings

__all__ = ["Sandbox", "SandboxSettings", "sandbox"]
