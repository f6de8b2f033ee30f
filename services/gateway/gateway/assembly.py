"""Puts the parts of the gateway together, over what stands behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from forebay.gateway.v1alpha1 import (
    admin_pb2,
    admin_pb2_grpc,
    audit_pb2,
    audit_pb2_grpc,
    caching_pb2,
    caching_pb2_grpc,
    gateway_pb2,
    gateway_pb2_grpc,
    jobs_pb2,
    jobs_pb2_grpc,
    keeping_pb2,
    keeping_pb2_grpc,
    originals_pb2,
    originals_pb2_grpc,
    usage_pb2,
    usage_pb2_grpc,
)

from chassis.server import Mount, Ports, ServerSettings, running
from chassis.snapshot import Snapshot
from gateway.access.credentials import Credentials
from gateway.access.keyring import Keyring
from gateway.access.models import Models
from gateway.access.oidc.issuers import Issuers
from gateway.access.oidc.keyset import Fetch
from gateway.access.policies import Policies
from gateway.access.roles import Kind
from gateway.admission.admission import Admission
from gateway.admission.room import Room
from gateway.admission.sizing import Adaptive, Fixed
from gateway.asking.answering import Answering
from gateway.asking.caching import CachedAnswers
from gateway.asking.vectors import QuestionVectors
from gateway.audit.records import Records
from gateway.audit.servicer import AuditServicer
from gateway.behind import Behind
from gateway.cache.cache import Cache
from gateway.cache.near.near import Near
from gateway.cache.ports import Shelf
from gateway.cache.turns import Turns
from gateway.caching.servicer import CachingServicer
from gateway.control.servicer import AdminServicer
from gateway.door import Door
from gateway.http.calls.models import ListModels
from gateway.http.listening import Front, listening
from gateway.http.routes import Calls, calls, operations, public
from gateway.http.settings import HttpSettings
from gateway.jobs.servicer import JobServicer
from gateway.keeping.servicer import KeepingServicer
from gateway.limits.limiting import Limiting
from gateway.originals.servicer import OriginalServicer
from gateway.records.recorder import Recorder
from gateway.rpc.servicer import GatewayServicer
from gateway.settings import GatewaySettings
from gateway.usage.servicer import UsageServicer

SERVICES: Final = (
    gateway_pb2.DESCRIPTOR.services_by_name["GatewayService"].full_name,
    jobs_pb2.DESCRIPTOR.services_by_name["JobService"].full_name,
    keeping_pb2.DESCRIPTOR.services_by_name["KeepingService"].full_name,
    originals_pb2.DESCRIPTOR.services_by_name["OriginalService"].full_name,
    audit_pb2.DESCRIPTOR.services_by_name["AuditService"].full_name,
    usage_pb2.DESCRIPTOR.services_by_name["UsageService"].full_name,
    admin_pb2.DESCRIPTOR.services_by_name["AdminService"].full_name,
    caching_pb2.DESCRIPTOR.services_by_name["CachingService"].full_name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all gateways have in common."""

    shelf: Shelf
    limiting: Limiting
    records: Records


class Gateway:
    """The door by a first snapshot, and what is served behind it."""

    def __init__(
        self, first: Snapshot, fetch: Fetch, services: Behind, shared: Shared, settings: GatewaySettings
    ) -> None:
        self._credentials = Credentials(Keyring(first), Issuers(first.issuers, fetch))
        self._policies = Policies(first)
        self._models = Models(first)
        self.services = services
        self._shelf = shared.shelf
        self._limiting = shared.limiting
        shared.limiting.heed(first)
        self._records = shared.records
        guards = Recorder(shared.records.committer), _room(settings), shared.limiting
        self.door = Door(self._credentials, self._policies, guards, settings)
        cache = Cache(shared.shelf, settings.cache_largest)
        answers = CachedAnswers(
            services.orchestrator,
            cache,
            Turns(cache, settings.cache_patience),
            Near(shared.shelf, QuestionVectors(services.embedding)),
            lambda: self._policies.routes,
        )
        self.answering = Answering(self.door, answers, services.orchestrator, services.embedding)

    def heed(self, snapshot: Snapshot) -> None:
        """Hold to this snapshot from now on."""
        self._credentials.replace(snapshot)
        self._policies.replace(snapshot)
        self._models.replace(snapshot)
        self.services.routing.apply(snapshot)
        self._limiting.heed(snapshot)

    def mounts(self) -> Sequence[Mount]:
        """Return what a server of gRPC mounts."""
        services, door = self.services, self.door
        gateway, keeping = GatewayServicer(door, services, self.answering), KeepingServicer(door, services.keeping)
        originals = OriginalServicer(door, services.originals)
        audit, usage = AuditServicer(door, self._records.audit), UsageServicer(door, self._records.usage)
        caches = CachingServicer(door, self._shelf)
        return (
            partial(caching_pb2_grpc.add_CachingServiceServicer_to_server, caches),
            partial(gateway_pb2_grpc.add_GatewayServiceServicer_to_server, gateway),
            partial(jobs_pb2_grpc.add_JobServiceServicer_to_server, JobServicer(door, services.jobs)),
            partial(keeping_pb2_grpc.add_KeepingServiceServicer_to_server, keeping),
            partial(originals_pb2_grpc.add_OriginalServiceServicer_to_server, originals),
            partial(audit_pb2_grpc.add_AuditServiceServicer_to_server, audit),
            partial(usage_pb2_grpc.add_UsageServiceServicer_to_server, usage),
            partial(admin_pb2_grpc.add_AdminServiceServicer_to_server, AdminServicer(self.door, services.admin)),
        )

    def calls(self, settings: HttpSettings, exposed: Callable[[], bytes]) -> Calls:
        """Return what is served over HTTP; `exposed` are the figures of this process."""
        return calls(
            self.door, self.answering, ListModels(self.door, self.services.retrieval, self._models), settings, exposed
        )


@asynccontextmanager
async def serving(
    gateway: Gateway, served: Calls, server: ServerSettings, http: HttpSettings
) -> AsyncIterator[tuple[Ports, Front]]:
    """Serve over gRPC and over HTTP inside; both are drained at the same time."""
    pings = {"orchestrator": gateway.services.orchestrator.ping}
    async with (
        listening(server, http, public(served), operations(served)) as front,
        running(
            server, *gateway.mounts(), pings=pings, verifier=None, services=SERVICES, fronts=(front.stop,)
        ) as ports,
    ):
        served.health.ready_when(ports.ready)
        yield ports, front


def _room(settings: GatewaySettings) -> Room:
    return Room(
        {
            Kind.ANSWER: Admission(Adaptive(settings.max_answers), settings.max_answers),
            Kind.PUT: Admission(Fixed(settings.max_puts), 0),
            Kind.SEARCH: Admission(Adaptive(settings.max_searches), settings.max_searches),
            Kind.QUICK: Admission(Fixed(settings.max_calls), 0),
        }
    )
