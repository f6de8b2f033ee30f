"""A server of the S3 protocol on loopback, in a process of its own: it may refuse, hang and die."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import boto3

MOTO = str(Path(sys.executable).parent / "moto_server")
REGION = "eu-central-1"


@dataclass
class S3:
    """The server, with one bucket, `forebay`."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What reaches it, as an operator would set it."""
        return {
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": REGION,
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }

    def refuse(self, *, refusing: bool = True) -> None:
        """Have all credentials refused, or none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        body = b"0" if refusing else b"inf"
        connection.request("POST", "/moto-api/reset-auth", body, {"content-type": "text/plain"})
        assert connection.getresponse().status == HTTPStatus.OK
        connection.close()

    def hang(self, *, hanging: bool = True) -> None:
        """Have it take connections and answer nothing, or go on."""
        self.process.send_signal(signal.SIGSTOP if hanging else signal.SIGCONT)


@contextmanager
def s3() -> Iterator[S3]:
    """Run it until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [MOTO, "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_S3_DEFAULT_KEY_BUFFER_SIZE": str(2**25)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name=REGION,
            aws_access_key_id="key",
            aws_secret_access_key="secret",  # noqa: S106 - of a server that takes any
        )
        client.create_bucket(Bucket="forebay", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield S3(port, process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "the S3 server ended"
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the S3 server does not listen")
