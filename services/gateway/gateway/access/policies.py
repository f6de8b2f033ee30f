"""What holds for whom, by the newest snapshot."""

from __future__ import annotations

from chassis.snapshot import Policy, PriceList, Snapshot


class Policies:
    """Knows the policy of each tenant."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.replace(snapshot)

    def replace(self, snapshot: Snapshot) -> None:
        """Hold to this snapshot from now on."""
        self._of = {tenant.name: snapshot.policy(tenant.name) for tenant in snapshot.tenants}
        self.table = snapshot.version
        self.prices: PriceList = snapshot.prices

    def of(self, tenant: str) -> Policy:
        """Return what holds for the tenant."""
        return self._of.get(tenant) or Policy()
