"""What services are given fits what they read, and what they call is up before they start."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from yaml import safe_load

from chassis.edges import EDGES, callees
from chassis.settings import Settings
from chassis.snapshot import Snapshot
from forebay_client.stack import wiring
from forebay_client.stack.graph import layers
from forebay_client.stack.home import Home
from forebay_client.stack.part import Part, Place
from forebay_client.stack.parts import first, milvus, postgres, receiver, services, valkey

READERS = (
    "chassis.channel",
    "chassis.identity",
    "chassis.stores.milvus",
    "chassis.stores.postgres",
    "chassis.server",
    "chassis.snapshot",
    "chassis.telemetry",
    "pool.settings",
    "gateway.http.settings",
    *(f"{service}.settings" for service in wiring.SERVICES),
)


def readable() -> set[str]:
    """Every environment variable that some settings class reads."""
    for module in READERS:
        import_module(module)
    classes, names = [Settings], set()
    while classes:
        one = classes.pop()
        classes += one.__subclasses__()
        names |= {f"{one.model_config['env_prefix']}{field}".upper() for field in one.model_fields}
    return names


def place(parts: list[Part], folder: Path) -> Place:
    ports = {part.name: {name: 1000 + n for n, name in enumerate(part.listeners)} for part in parts}
    tritons = {name: {"grpc": 2000} for name in wiring.TRITONS}
    return Place(home=Home(folder).made(), ports=ports | tritons)


def parts(folder: Path) -> list[Part]:
    ours = [services.part(service, folder / "tokenizer.json") for service in wiring.SERVICES]
    return [postgres.PART, milvus.PART, valkey.PART, receiver.PART, services.MIGRATIONS, *ours]


def test_every_setting_in_the_table_is_read_by_somebody():
    given = {name for service in wiring.SERVICES for name in wiring.settings(service)}

    assert given - readable() == set()


@pytest.mark.parametrize("service", wiring.SERVICES)
def test_a_service_is_given_its_row_of_the_table_and_nothing_else(service, tmp_path):
    given = services.environment(service, place(parts(tmp_path), tmp_path), tmp_path / "tokenizer.json")

    assert set(given) == wiring.settings(service)
    assert [name for name, value in given.items() if not value] == []


def test_whoever_calls_something_waits_for_it():
    for caller, callee in EDGES:
        assert callee == "objects" or callee in wiring.needs(caller)


def test_every_callee_has_a_setting_that_says_where_it_is():
    assert {callee for service in wiring.SERVICES for callee in callees(service)} == set(wiring.TARGETS)


def test_the_gateway_signs_for_callers_and_ingestion_for_itself(tmp_path):
    where = place(parts(tmp_path), tmp_path)
    given = {service: services.environment(service, where, tmp_path / "tokenizer.json") for service in wiring.SERVICES}

    trusts = [service for service, env in given.items() if "FOREBAY_IDENTITY_WORKER_PUBLIC_KEY_FILE" in env]
    keys = {service: env.get("FOREBAY_IDENTITY_PRIVATE_KEY_FILE", "") for service, env in given.items()}
    signs = {service: Path(key).name for service, key in keys.items() if key}
    assert signs == {"gateway": "identity.key", "ingestion": "worker.key"}
    assert trusts == ["embedding"]


def test_the_services_can_be_ordered_and_the_gateway_is_last(tmp_path):
    tritons = [Part(name=name, launch=postgres.launch) for name in wiring.TRITONS]

    assert [part.name for part in layers([*parts(tmp_path), *tritons])[-1]] == ["gateway"]


def test_the_first_start_writes_a_key_whose_hash_is_in_the_configuration(tmp_path):
    home = Home(tmp_path).made()
    first.prepare(home)
    key, config = home.key.read_text(), home.config.read_text()
    first.prepare(home)

    assert (home.key.read_text(), home.config.read_text()) == (key, config)
    assert home.key.stat().st_mode & 0o777 == 0o600
    snapshot = Snapshot(**safe_load(config))
    assert snapshot.keys[0].matches(key.strip().rsplit("demo_", 1)[1])
    assert {route.role for route in snapshot.routes} == {"embedding", "embedding-int8", "reranker", "generator"}
    assert key.strip() not in config
