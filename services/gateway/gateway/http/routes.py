"""What is served where: one table a port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.asking.answering import Answering
from gateway.door import Door
from gateway.http.bodies import Bodies
from gateway.http.calls.chat import Chat
from gateway.http.calls.embeddings import Embed
from gateway.http.calls.health import Health, Metrics
from gateway.http.calls.models import PATH, ListModels
from gateway.http.document import Document
from gateway.http.serving import Route, Routes
from gateway.http.settings import HttpSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What serves."""

    chat: Chat
    embed: Embed
    models: ListModels
    health: Health
    metrics: Metrics


def calls(
    door: Door, answering: Answering, models: ListModels, settings: HttpSettings, exposed: Callable[[], bytes]
) -> Calls:
    """Put together what serves."""
    bodies = Bodies(settings.body_timeout, settings.max_reading_bytes)
    return Calls(
        chat=Chat(door, answering, bodies, settings.max_chat_bytes),
        embed=Embed(door, answering, bodies, settings.max_embeddings_bytes),
        models=models,
        health=Health(),
        metrics=Metrics(exposed),
    )


def public(served: Calls) -> Routes:
    """Return what clients reach: health, too, for load balancers ask where their traffic goes, and no figures."""
    return {
        "/v1/chat/completions": {"POST": Route("chat.completions", served.chat)},
        "/v1/embeddings": {"POST": Route("embeddings", served.embed)},
        "/v1/models": {"GET": Route("models.list", served.models)},
        PATH: {"GET": Route("models.retrieve", served.models.one)},
        "/openapi.json": {"GET": Route("openapi", Document(), observed=False)},
        **_health(served.health),
    }


def operations(served: Calls) -> Routes:
    """Return what those reach who run the system."""
    return {"/metrics": {"GET": Route("metrics", served.metrics, observed=False)}, **_health(served.health)}


def _health(health: Health) -> Routes:
    return {
        "/healthz": {"GET": Route("healthz", health.alive, observed=False)},
        "/readyz": {"GET": Route("readyz", health.ready, observed=False)},
    }
