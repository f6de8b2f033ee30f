"""Which template an answer is made with: the one of the asker's policy, or else the usual one."""

from __future__ import annotations

from chassis.identity import current
from chassis.snapshot import Policy, Prompt, Snapshot
from orchestrator.prompts.template import load


class Prompts:
    """Knows the template of each tenant, by the newest snapshot.

    `label` is the usual one, as name@version: of the snapshot, or else of those that come with the service; raises
    `BrokenTemplate` when neither has it.
    """

    def __init__(self, label: str, snapshot: Snapshot) -> None:
        self._label = label
        self._usual = snapshot.prompt(label) or load(label)
        self.heed(snapshot)

    def heed(self, snapshot: Snapshot) -> None:
        """Hold to this snapshot from now on; answers under way keep what they were begun with."""
        self._usual = snapshot.prompt(self._label) or self._usual
        named = {tenant.name: snapshot.policy(tenant.name) for tenant in snapshot.tenants}
        self._of = {tenant: self._named(policy, snapshot) for tenant, policy in named.items()}
        self._default = self._named(snapshot.policy(""), snapshot)

    def now(self) -> Prompt:
        """Return the template for whoever asks."""
        return self._of.get(current().tenant, self._default)

    def _named(self, policy: Policy, snapshot: Snapshot) -> Prompt:
        found = None if policy.prompt is None else snapshot.prompt(policy.prompt)
        return found or self._usual
