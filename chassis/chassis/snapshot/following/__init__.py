"""Follows what the control plane says: the newest good snapshot holds, whatever happens to whoever tells it."""

from __future__ import annotations

from chassis.snapshot.following.news import News
from chassis.snapshot.following.starting import followed
from chassis.snapshot.following.stream import Sent, Source

__all__ = ["News", "Sent", "Source", "followed"]
