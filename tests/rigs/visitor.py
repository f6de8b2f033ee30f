"""A pod that stays: a client inside a cluster, or a stranger."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rigs.cluster import RELEASE, Release

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
CLIENT = {
    "app.kubernetes.io/name": "forebay",
    "app.kubernetes.io/instance": RELEASE,
    "app.kubernetes.io/component": "tests",
}
SECRET = {"key": "key", "path": "FOREBAY_API_KEY"}
CA = {"key": "ca.crt", "path": "ca.crt"}


def manifest(name: str, image: str, labels: dict[str, str], *, key: bool) -> dict[str, Any]:
    """Describe a pod of the client's image that does nothing until it is told to."""
    secrets = {"name": "secrets", "secret": {"secretName": f"{RELEASE}-demo", "items": [SECRET]}}
    authority = {"name": "authority", "secret": {"secretName": f"{RELEASE}-tls-gateway", "items": [CA]}}
    env = [
        {"name": "FOREBAY_ADDRESS", "value": f"dns:///{RELEASE}-gateway:50051"},
        {"name": "FOREBAY_CHANNEL_CA_FILE", "value": "/etc/forebay/authority/ca.crt"},
    ]
    container = {
        "name": "visitor",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", "import signal; signal.pause()"],
        "env": [*env, {"name": "FOREBAY_SECRETS", "value": "/etc/forebay/secrets"}],
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}},
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - of a pod
    }
    if key:
        container["volumeMounts"] += [
            {"name": "secrets", "mountPath": "/etc/forebay/secrets"},
            {"name": "authority", "mountPath": "/etc/forebay/authority"},
        ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            "volumes": [{"name": "tmp", "emptyDir": {}}, *([secrets, authority] if key else [])],
        },
    }


@contextmanager
def visiting(release: Release, name: str, labels: dict[str, str], *, key: bool, namespace: str = "") -> Iterator[str]:
    """Run a pod of the release's client image, beside it or elsewhere, for as long as the block lasts."""
    place = Release(namespace or release.namespace)
    images = json.loads(release.helm("get", "values", RELEASE, "--all", "--output", "json"))["images"]
    pod = manifest(name, f"{images['registry']}/client:{images['tag']}", labels, key=key)
    place.kubectl("apply", "--filename", "-", given=json.dumps(pod).encode())
    try:
        place.kubectl("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=120s")
        yield name
    finally:
        place.kubectl("delete", "pod", name, "--now", "--wait=false", check=False)


def packed(folder: Path) -> bytes:
    """Return a folder as a tar archive, for `tar x` in a pod."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(folder, arcname=folder.name)
    return out.getvalue()
