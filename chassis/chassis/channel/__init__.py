"""One way to call another server: balanced, timed, traced, identified, with failures in words."""

from __future__ import annotations

from chassis.channel.connecting import connect
from chassis.channel.settings import ChannelSettings

__all__ = ["ChannelSettings", "connect"]
