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
FOLDER = "/etc/forebay"
WAIT = "import signal; signal.pause()"
"""A program that does nothing until it is told to."""


def manifest(
    name: str, image: str, labels: dict[str, str], secrets: dict[str, dict[str, Any]], program: str = WAIT
) -> dict[str, Any]:
    """Describe a pod of the client's image that runs a program; each Secret is a folder of its."""
    env = {
        "FOREBAY_ADDRESS": f"dns:///{RELEASE}-gateway:50051",
        "FOREBAY_SECRETS": f"{FOLDER}/secrets",
        "FOREBAY_CHANNEL_CA_FILE": f"{FOLDER}/authority/ca.crt" if "authority" in secrets else "",
    }
    folders = [{"name": folder, "mountPath": f"{FOLDER}/{folder}"} for folder in secrets]
    container = {
        "name": "visitor",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", program],
        "env": [{"name": name, "value": value} for name, value in env.items() if value],
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}},
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, *folders],  # noqa: S108 - of a pod
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            "volumes": [{"name": "tmp", "emptyDir": {}}, *({"name": key, "secret": it} for key, it in secrets.items())],
        },
    }


@contextmanager
def visiting(
    release: Release, name: str, labels: dict[str, str], *, key: bool, namespace: str = "", program: str = WAIT
) -> Iterator[str]:
    """Run a pod of the release's client image, beside it or elsewhere, for as long as the block lasts."""
    place = Release(namespace or release.namespace)
    values = json.loads(release.helm("get", "values", RELEASE, "--all", "--output", "json"))
    secrets = {"secrets": {"secretName": f"{RELEASE}-demo", "items": [SECRET]}} if key else {}
    if key and values.get("tls", {}).get("enabled"):
        secrets["authority"] = {"secretName": f"{RELEASE}-tls-gateway", "items": [CA]}
    image = f"{values['images']['registry']}/client:{values['images']['tag']}"
    pod = manifest(name, image, labels, secrets, program)
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
