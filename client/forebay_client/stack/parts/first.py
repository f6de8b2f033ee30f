"""What a stack needs before its first start: keys, and a configuration with one tenant."""

from __future__ import annotations

import yaml

from chassis.identity import generate_keys
from chassis.snapshot import BrokenFile, Key, Route, Snapshot, Target, Tenant, load, new_key
from forebay_client.stack.home import Home, write_private
from forebay_client.stack.report import StackError

TENANT = "demo"
ROLES = frozenset({"read", "write", "admin", "operator"})
ROUTES = {"embedding": "embedding", "embedding-int8": "embedding", "reranker": "embedding", "generator": "generator"}
"""Each role and its pool; the model has the role's name."""

NOTE = """\
# Tenants, keys and routes of the embedded stack at its first start. From then on control has them: `forebay get`,
# `forebay apply -f FILE` and `forebay keys` read and change them, and what is changed here does not count any more.
# Of a key only the SHA-256 of its secret half is here; the demo tenant's whole key is in the file `key` beside this.
"""


def prepare(home: Home) -> None:
    """Write what is missing; raises StackError when what is there cannot be read."""
    generate_keys(home.secrets)
    generate_keys(home.secrets, "worker")
    if not (home.config.exists() and home.key.exists()):
        text, digest = new_key(TENANT)
        write_private(home.config, NOTE + configuration(digest))
        write_private(home.key, text + "\n")
    try:
        load(home.config)
    except (BrokenFile, OSError) as error:
        raise StackError(f"the configuration cannot be used: {error}") from error


def configuration(digest: str) -> str:
    """Return the first configuration as YAML."""
    snapshot = Snapshot(
        version=1,
        tenants=(Tenant(name=TENANT),),
        keys=(Key(id=TENANT, tenant=TENANT, sha256=digest, roles=ROLES),),
        routes=tuple(Route(role=role, targets=(Target(pool=pool, model=role),)) for role, pool in ROUTES.items()),
    )
    fields = snapshot.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump({"version": 1, **fields}, sort_keys=False)
