"""A tenant, its keys and its identity provider."""

from __future__ import annotations

from decimal import Decimal

from chassis.snapshot import (
    Issuer,
    Key,
    Policy,
    Price,
    PriceList,
    Recording,
    Route,
    Snapshot,
    Target,
    Tenant,
    new_key,
)
from rigs.issuing import AUDIENCE, ISSUER, Provider

READER, _READER = new_key("reader")
WRITER, _WRITER = new_key("writer")
ADMIN, _ADMIN = new_key("admin")
OPERATOR, _OPERATOR = new_key("operator")
PROVIDER = Provider()
SNAPSHOT = Snapshot(
    version=1,
    tenants=(Tenant(name="acme"), Tenant(name="ops")),
    keys=(
        Key(id="reader", tenant="acme", sha256=_READER, groups=frozenset({"hr"}), roles=frozenset({"read"})),
        Key(id="writer", tenant="acme", sha256=_WRITER, roles=frozenset({"write"})),
        Key(id="admin", tenant="acme", sha256=_ADMIN, roles=frozenset({"admin"})),
        Key(id="operator", tenant="ops", sha256=_OPERATOR, roles=frozenset({"operator"})),
    ),
    policies=(Policy(recording=Recording(text="stored")),),
    prices=PriceList(version=3, prices=(Price(model="small", output_tokens=Decimal(2)),)),
    routes=tuple(
        Route(role=role, targets=(Target(pool="embedding", model=role),)) for role in ("embedding", "reranker")
    ),
    issuers=(
        Issuer(
            name="corp",
            issuer=ISSUER,
            audience=AUDIENCE,
            jwks_url=f"{ISSUER}/keys",
            algorithms=("ES256",),
            tenant="acme",
            roles={"readers": frozenset({"read"})},
        ),
    ),
)
