"""What holds for whom, by the newest snapshot."""

from __future__ import annotations

import hashlib
import json

from chassis.snapshot import Policy, PriceList, Snapshot


class Policies:
    """Knows the policy of each tenant."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.replace(snapshot)

    def replace(self, snapshot: Snapshot) -> None:
        """Hold to this snapshot from now on."""
        self._of = {tenant.name: snapshot.policy(tenant.name) for tenant in snapshot.tenants}
        self.table = snapshot.version
        self.routes = _digest(snapshot)
        """Stands for the table of routes: another one gives other answers."""
        self.prices: PriceList = snapshot.prices

    def of(self, tenant: str) -> Policy:
        """Return what holds for the tenant."""
        return self._of.get(tenant) or Policy()


def _digest(snapshot: Snapshot) -> str:
    routes = json.dumps([route.model_dump(mode="json") for route in snapshot.routes], sort_keys=True)
    return hashlib.sha256(routes.encode()).hexdigest()
