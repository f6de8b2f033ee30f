"""What the control plane says: tenants, keys, policies, prices and routes, as one versioned whole.

A file holds it in the embedded stack; a control service's `Watch` delivers the same types later. Either way a snapshot
is checked as a whole, never changes, and the next one replaces it.
"""

from __future__ import annotations

from chassis.snapshot.issuers import Issuer
from chassis.snapshot.keys import ApiKey, digest, new_key, parse_key
from chassis.snapshot.loading import BrokenFile, SnapshotSettings, load
from chassis.snapshot.policies import Caching, Limits, Policy, Price, PriceList, Priority, Recording
from chassis.snapshot.routes import Kind, Place, Route, Shadow, Target
from chassis.snapshot.types import Key, Snapshot, Tenant

__all__ = [
    "ApiKey",
    "BrokenFile",
    "Caching",
    "Issuer",
    "Key",
    "Kind",
    "Limits",
    "Place",
    "Policy",
    "Price",
    "PriceList",
    "Priority",
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
