"""Originals in memory."""

from __future__ import annotations

from fakes.steps import Steps


class FakeOriginals:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.kept: dict[tuple[str, str], bytes] = {}

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        async with self.steps.call("objects keep"):
            self.kept[tenant, digest] = content
