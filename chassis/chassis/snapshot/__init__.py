"""What the control plane says: tenants, keys, policies, prices and routes, as one versioned whole.

The control service's `Watch` delivers it, or a file holds it where there is none. Either way a snapshot is checked as a
whole, never changes, and the next one replaces it; `chassis.snapshot.following` sees to that.
"""

from __future__ import annotations

from chassis.snapshot.issuers import Issuer
from chassis.snapshot.keys import ApiKey, digest, new_key, parse_key
from chassis.snapshot.loading import BrokenFile, load
from chassis.snapshot.policies import Caching, Limits, Policy, Price, PriceList, Priority, Recording
from chassis.snapshot.prompts import Example, Prompt
from chassis.snapshot.routes import Kind, Place, Route, Shadow, Target
from chassis.snapshot.settings import SnapshotSettings
from chassis.snapshot.types import Former, Key, Snapshot, Tenant

__all__ = [
    "ApiKey",
    "BrokenFile",
    "Caching",
    "Example",
    "Former",
    "Issuer",
    "Key",
    "Kind",
    "Limits",
    "Place",
    "Policy",
    "Price",
    "PriceList",
    "Priority",
    "Prompt",
    "Recording",
    "Route",
    "Shadow",
    "Snapshot",
    "SnapshotSettings",
    "Target",
    "Tenant",
    "digest",
    "load",
    "new_key",
    "parse_key",
]
