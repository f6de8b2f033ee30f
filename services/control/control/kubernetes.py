"""The Route resources of a cluster, by the official client. The one file that knows it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from aiohttp import ClientError
from kubernetes.aio import client, config
from kubernetes.aio.client.exceptions import ApiException

from chassis.errors import PermissionDenied, Unavailable
from control.mirroring.words import Found

GROUP: Final = "forebay.dev"
VERSION: Final = "v1alpha1"
PLURAL: Final = "routes"
_LASTING: Final = 300
"""Seconds that one watch lasts; then everything is listed anew, so that nothing stays missed for longer."""

_TIMEOUT: Final = 10.0
_OK: Final = 200
_GONE: Final = 404
_FORBIDDEN: Final = (401, 403)


class KubernetesRoutes:
    """A `Cluster` over the API server."""

    def __init__(self, api: client.CustomObjectsApi, namespace: str) -> None:
        self._api = api
        self._where = GROUP, VERSION, namespace, PLURAL

    async def routes(self) -> AsyncGenerator[Sequence[Found], None]:
        """Yield all Route resources, at once and after each change; return when the watch ends."""
        with _understood():
            listed: Any = await self._api.list_namespaced_custom_object(*self._where, _request_timeout=_TIMEOUT)
            known = {one.name: one for one in map(_found, listed["items"])}
            yield tuple(known.values())
            since = listed["metadata"]["resourceVersion"]
            response = await self._api.list_namespaced_custom_object_without_preload_content(
                *self._where,
                watch=True,
                resource_version=since,
                timeout_seconds=_LASTING,
                _request_timeout=_LASTING + _TIMEOUT,
            )
            try:
                if response.status != _OK:
                    raise ApiException(status=response.status)
                async for line in response.content:
                    if not _heeded(json.loads(line), known):
                        return
                    yield tuple(known.values())
            finally:
                response.close()

    async def tell(self, name: str, status: Mapping[str, Any]) -> None:
        """Write the status of a Route resource; nothing when it is gone by now."""
        with _understood():
            try:
                await self._api.patch_namespaced_custom_object_status(
                    *self._where,
                    name,
                    {"status": status},
                    _content_type="application/merge-patch+json",
                    _request_timeout=_TIMEOUT,
                )
            except ApiException as failure:
                if failure.status != _GONE:
                    raise


@asynccontextmanager
async def cluster(namespace: str) -> AsyncIterator[KubernetesRoutes]:
    """Connect as the pod's own account, which may list and watch routes and write their status."""
    config.load_incluster_config()  # type: ignore[no-untyped-call]  # it says nothing of types
    async with client.ApiClient() as api:
        yield KubernetesRoutes(client.CustomObjectsApi(api), namespace)


def _heeded(event: Mapping[str, Any], known: dict[str, Found]) -> bool:
    """Take an event in; return False when the watch is of no more use."""
    match event["type"]:
        case "ADDED" | "MODIFIED":
            one = _found(event["object"])
            known[one.name] = one
        case "DELETED":
            known.pop(event["object"]["metadata"]["name"], None)
        case "ERROR":
            return False
    return True


def _found(made: Mapping[str, Any]) -> Found:
    metadata = made["metadata"]
    return Found(
        name=metadata["name"],
        generation=metadata.get("generation", 0),
        created=metadata.get("creationTimestamp") or "",
        spec=made.get("spec") or {},
        status=made.get("status") or {},
    )


@contextmanager
def _understood() -> Iterator[None]:
    """Say in our words what the API server says."""
    try:
        yield
    except ApiException as failure:
        if failure.status in _FORBIDDEN:
            raise PermissionDenied("the cluster lets nobody follow its routes here", reason="CLUSTER_FORBIDS") from None
        raise Unavailable("the API server of the cluster refused", reason="CLUSTER_AWAY") from failure
    except (ClientError, TimeoutError, OSError) as failure:
        raise Unavailable("the API server of the cluster is away", reason="CLUSTER_AWAY") from failure
