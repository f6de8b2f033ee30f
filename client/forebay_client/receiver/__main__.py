"""Receives telemetry until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

from forebay_client.receiver.running import receiver
from forebay_client.receiver.settings import ReceiverSettings


async def main() -> None:
    """Run the receiver."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with receiver(ReceiverSettings()):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
