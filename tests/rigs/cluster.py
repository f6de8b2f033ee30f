"""A release of the chart on whatever cluster KUBECONFIG names, driven as an operator would: by helm and kubectl."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.edges import EDGES
from rigs.stack import ROOT

CHART = ROOT / "charts" / "forebay"
DEVELOPMENT = str(CHART / "values-dev.yaml")
RELEASE = "forebay"
TAG = os.environ.get("TAG", "dev")
GIVEN = ("--set", f"tls.enabled=true,images.tag={TAG}")
"""What an installation of the tests says besides: the harder way."""
ENFORCED = "pod-security.kubernetes.io/enforce=restricted"
PATIENCE = 420.0
"""Seconds until everything is ready, on two busy cores."""
SERVICES = sorted({caller for caller, _ in EDGES})


def run(*command: str, given: bytes | None = None, check: bool = True, seconds: float = PATIENCE) -> str:
    """Run a program to its end and return what it printed."""
    finished = subprocess.run(command, input=given, capture_output=True, check=False, timeout=seconds)
    said = finished.stdout.decode(errors="replace")
    assert not check or finished.returncode == 0, f"{' '.join(command)}: {said}{finished.stderr.decode()}"
    return said


@dataclass(frozen=True, slots=True)
class Release:
    """An installed release, in a namespace of its own."""

    namespace: str

    def kubectl(self, *arguments: str, given: bytes | None = None, check: bool = True) -> str:
        """Run kubectl in the namespace."""
        return run("kubectl", "--namespace", self.namespace, *arguments, given=given, check=check)

    def helm(self, *arguments: str, check: bool = True) -> str:
        """Run helm in the namespace."""
        return run("helm", "--namespace", self.namespace, *arguments, check=check)

    def upgraded(self, *values: str) -> None:
        """Upgrade the release to the values of the tests and these, and wait until it is settled."""
        self.helm("upgrade", RELEASE, str(CHART), "--values", DEVELOPMENT, *GIVEN, *values)
        self.settled()

    def get(self, kind: str, selector: str = "") -> list[Any]:
        """Read objects of a kind."""
        return json.loads(self.kubectl("get", kind, "--selector", selector, "--output", "json"))["items"]

    def pods(self, part: str) -> list[Any]:
        """Return the pods of a part that are ready and stay."""
        found = self.get("pods", f"app.kubernetes.io/component={part}")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"] and ready(pod)]

    def exec(self, pod: str, *command: str, given: bytes | None = None) -> str:
        """Run a program in a pod."""
        return self.kubectl("exec", *(("--stdin",) if given is not None else ()), pod, "--", *command, given=given)

    def settled(self) -> None:
        """Wait until every workload runs as it was last said, and all pods are ready."""
        for kind in ("statefulset", "deployment"):
            for workload in self.get(kind):
                self.kubectl("rollout", "status", f"{kind}/{workload['metadata']['name']}", f"--timeout={PATIENCE}s")


def ready(pod: Any) -> bool:
    """Tell whether a pod is ready."""
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions", [])
    )


@contextmanager
def installed(namespace: str, chart: Path = CHART, values: Sequence[str] = GIVEN) -> Iterator[Release]:
    """Install a chart with its values for development and these; remove everything in the end.

    With KEEP set, nothing is removed, and what is there already is used: for who writes such a test.
    """
    release, keep = Release(namespace), bool(os.environ.get("KEEP"))
    try:
        if not (keep and release.kubectl("get", "deployments", "--output", "name")):
            run("kubectl", "create", "namespace", namespace)
            run("kubectl", "label", "namespace", namespace, ENFORCED)
            release.helm("install", RELEASE, str(chart), "--values", str(chart / "values-dev.yaml"), *values)
        release.settled()
        yield release
    finally:
        if not keep:
            run("kubectl", "delete", "namespace", namespace, f"--timeout={PATIENCE}s", check=False)


def eventually(look: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Look until it is so or the time is up; tell whether it is so."""
    latest = time.monotonic() + seconds
    while not look():
        if time.monotonic() > latest:
            return False
        time.sleep(0.5)
    return True
