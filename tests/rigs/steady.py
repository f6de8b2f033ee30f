"""Starts and ends the steady load in the client's pod."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rigs.cluster import Release
from rigs.stack import ROOT

PROGRAM = ROOT / "tests" / "e2e" / "steady.py"


@contextmanager
def steady(release: Release, pod: str, **rates: float) -> Iterator[dict[str, Any]]:
    """Load while the block lasts; what came of it is in the mapping afterwards."""
    release.exec(pod, "sh", "-c", "cat > /tmp/steady.py", given=PROGRAM.read_bytes())
    options = [f"--{kind}={rate}" for kind, rate in rates.items()]
    command = ["kubectl", "--namespace", release.namespace, "exec", pod, "--", "python", "/tmp/steady.py", *options]  # noqa: S108 - of a pod
    result: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "started"
            yield result
        finally:
            release.exec(pod, "touch", "/tmp/stop")  # noqa: S108 - of a pod
            output, _ = process.communicate(timeout=150)
    result.update(json.loads(output))
