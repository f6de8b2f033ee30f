"""Who serves a role: the table of routes, the choice for a tenant, what is known of targets, shadows."""

from __future__ import annotations

from chassis.routing.pinning import Choice, taken
from chassis.routing.settings import RoutingSettings
from chassis.routing.shadowing import shadowed
from chassis.routing.table import Routing, Table

__all__ = ["Choice", "Routing", "RoutingSettings", "Table", "shadowed", "taken"]
