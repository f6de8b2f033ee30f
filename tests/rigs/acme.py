"""A tenant, its keys and its identity provider."""

from __future__ import annotations

from chassis.snapshot import Issuer, Key, Route, Snapshot, Target, Tenant, new_key
from rigs.issuing import AUDIENCE, ISSUER, Provider

READER, _READER = new_key("reader")
WRITER, _WRITER = new_key("writer")
PROVIDER = Provider()
SNAPSHOT = Snapshot(
    version=1,
    tenants=(Tenant(name="acme"),),
    keys=(
        Key(id="reader", tenant="acme", sha256=_READER, groups=frozenset({"hr"}), roles=frozenset({"read"})),
        Key(id="writer", tenant="acme", sha256=_WRITER, roles=frozenset({"write"})),
    ),
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
