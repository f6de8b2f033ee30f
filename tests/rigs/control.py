"""A real control service on loopback over a store in memory, or over any store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from forebay.control.v1alpha1 import control_pb2_grpc, keys_pb2_grpc, watch_pb2_grpc

from chassis.identity import Verifier
from chassis.server import Mount, ServerSettings, running
from control.__main__ import WATCH
from control.changing.changes import Changes
from control.keys.keeping import Keys
from control.keys.servicer import KeyServicer
from control.rpc.servicer import ControlServicer
from control.watching.announcing import announcing
from control.watching.newest import Newest
from control.watching.servicer import WatchServicer

SERVER = ServerSettings(port=0, health_port=0, settle=0, grace=0)


def mounts(store: Any, newest: Newest) -> list[Mount]:
    """Return all of control's services."""
    changes = Changes(store)
    return [
        partial(control_pb2_grpc.add_ControlServiceServicer_to_server, ControlServicer(store, changes)),
        partial(keys_pb2_grpc.add_KeyServiceServicer_to_server, KeyServicer(Keys(store, changes))),
        partial(watch_pb2_grpc.add_WatchServiceServicer_to_server, WatchServicer(newest)),
    ]


@asynccontextmanager
async def control(store: Any, bell: Any, verifier: Verifier | None, port: int = 0) -> AsyncIterator[str]:
    """Run it until the block ends; yield its address."""
    async with AsyncExitStack() as stack:
        newest = await stack.enter_async_context(announcing(store, bell))
        settings = SERVER.model_copy(update={"port": port})
        server = running(settings, *mounts(store, newest), verifier=verifier, anonymous=(WATCH,))
        ports = await stack.enter_async_context(server)
        yield f"127.0.0.1:{ports.port}"
