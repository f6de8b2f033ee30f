"""Resources as people read and write them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import unified_diff
from typing import Any

import yaml
from forebay.control.v1alpha1 import control_pb2 as pb

ACTIONS = {pb.ACTION_CREATED: "created", pb.ACTION_CHANGED: "changed", pb.ACTION_DELETED: "deleted"}


def fields(resource: pb.Resource) -> dict[str, Any]:
    """Return a resource as a document: what `forebay apply` takes."""
    spec = json.loads(resource.spec)
    return {"kind": resource.kind, "name": resource.name, "version": resource.version, "spec": spec}


def as_yaml(resources: Sequence[pb.Resource]) -> str:
    """Return documents of YAML."""
    return yaml.safe_dump_all(map(fields, resources), sort_keys=False, allow_unicode=True)


def change_fields(change: pb.Change) -> dict[str, Any]:
    """Return a change for programs."""
    return {
        "kind": change.kind,
        "name": change.name,
        "action": ACTIONS[change.action],
        "before": json.loads(change.before or "null"),
        "after": json.loads(change.after or "null"),
    }


def difference(change: pb.Change) -> str:
    """Return a change as lines that come and go."""
    label = f"{change.kind}/{change.name}"
    lines = unified_diff(
        _lines(change.before), _lines(change.after), fromfile=f"now/{label}", tofile=f"then/{label}", lineterm=""
    )
    return "\n".join(lines)


def _lines(spec: str) -> list[str]:
    return yaml.safe_dump(json.loads(spec), allow_unicode=True).splitlines() if spec else []
