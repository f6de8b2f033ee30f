"""What runs where the models are served: a pool's Triton, and the delivery of what it loads."""

from __future__ import annotations

from models.serving.command import AGE_GRACE, LOOPBACK, PING, RESTRICTED, Command, Ports, forget, triton_command
from models.serving.delivery import deliver

__all__ = ["AGE_GRACE", "LOOPBACK", "PING", "RESTRICTED", "Command", "Ports", "deliver", "forget", "triton_command"]
