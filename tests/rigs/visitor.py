"""A pod that stays: a client inside a cluster, or a stranger."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rigs.cluster import RELEASE, Release

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "fsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CLIENT = {
    "app.kubernetes.io/name": "forebay",
    "app.kubernetes.io/instance": RELEASE,
    "app.kubernetes.io/component": "tests",
}
SECRET = {"key": "key", "path": "FOREBAY_API_KEY"}
CA = {"key": "ca.crt", "path": "ca.crt"}
FOLDER = "/etc/forebay"
WAIT = "import signal; signal.pause()"
"""A program that does nothing until it is told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What a pod runs, and is given."""

    program: str = WAIT
    secrets: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Each is a folder below /etc/forebay."""
    claim: str = ""
    """A PersistentVolumeClaim that is the folder /claim."""


WAITING = Visitor()


def manifest(name: str, image: str, labels: dict[str, str], visitor: Visitor) -> dict[str, Any]:
    """Describe a pod of the client's image."""
    env = {
        "FOREBAY_ADDRESS": f"dns:///{RELEASE}-gateway:50051",
        "FOREBAY_SECRETS": f"{FOLDER}/secrets",
        "FOREBAY_CHANNEL_CA_FILE": f"{FOLDER}/authority/ca.crt" if "authority" in visitor.secrets else "",
    }
    volumes = [{"name": "tmp", "emptyDir": {}}, *({"name": key, "secret": it} for key, it in visitor.secrets.items())]
    mounts = {"tmp": "/tmp"} | {key: f"{FOLDER}/{key}" for key in visitor.secrets}  # noqa: S108 - of a pod
    if visitor.claim:
        volumes.append({"name": "claim", "persistentVolumeClaim": {"claimName": visitor.claim}})
        mounts["claim"] = "/claim"
    container = {
        "name": "visitor",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", visitor.program],
        "ports": [{"name": "grpc", "containerPort": 50051}],
        "env": [{"name": name, "value": value} for name, value in env.items() if value],
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}},
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in mounts.items()],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": SECURITY,
            "containers": [container],
            "volumes": volumes,
        },
    }


@contextmanager
def visiting(
    release: Release,
    name: str,
    labels: dict[str, str],
    *,
    key: bool,
    namespace: str = "",
    visitor: Visitor = WAITING,
) -> Iterator[str]:
    """Run a pod of the release's client image, beside it or elsewhere, for as long as the block lasts."""
    place = Release(namespace or release.namespace)
    values = json.loads(release.helm("get", "values", RELEASE, "--all", "--output", "json"))
    secrets = dict(visitor.secrets)
    if key:
        secrets["secrets"] = {"secretName": f"{RELEASE}-demo", "items": [SECRET]}
    if key and values.get("tls", {}).get("enabled"):
        secrets["authority"] = {"secretName": f"{RELEASE}-tls-gateway", "items": [CA]}
    image = f"{values['images']['registry']}/client:{values['images']['tag']}"
    pod = manifest(name, image, labels, replace(visitor, secrets=secrets))
    place.kubectl("apply", "--filename", "-", given=json.dumps(pod).encode())
    try:
        place.kubectl("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=120s")
        yield name
    finally:
        # To its end: the next one may have the same name.
        place.kubectl("delete", "pod", name, "--now", check=False)


def packed(folder: Path) -> bytes:
    """Return a folder as a tar archive, for `tar x` in a pod."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(folder, arcname=folder.name)
    return out.getvalue()
