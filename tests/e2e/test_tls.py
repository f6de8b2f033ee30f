"""TLS between services on a cluster: who may not call is refused by the service itself, not by the network alone."""

from __future__ import annotations

import base64
import json

import pytest

from rigs.certificates import authority
from rigs.cluster import RELEASE, SERVICES, eventually
from rigs.steady import steady

CALL = """
import sys, grpc
files = [open(f"/tmp/{name}", "rb").read() for name in ("ca.crt", "tls.key", "tls.crt")]
target = "forebay-embedding:50051"
channel = grpc.insecure_channel(target) if sys.argv[1] == "plain" else grpc.secure_channel(
    target, grpc.ssl_channel_credentials(*files))
try:
    channel.unary_unary("/forebay.embedding.v1alpha1.EmbeddingService/Embed")(b"", timeout=10)
except grpc.RpcError as failure:
    print(failure.code().name)
"""
"""A call of embedding without an identity, from a pod that the network lets through."""
CHANGED = '"event": "the certificate changed"'


@pytest.fixture(scope="module")
def orchestrator(release):
    return release.pods("orchestrator")[0]["metadata"]["name"]


def secret(release, name):
    data = json.loads(release.kubectl("get", "secret", name, "--output", "json"))["data"]
    return {key: base64.b64decode(value) for key, value in data.items()}


def called(release, pod, files, *, plain=False):
    """Return the status of a call that shows these files."""
    for name, content in files.items():
        release.exec(pod, "sh", "-c", f"cat > /tmp/{name}", given=content)
    return release.exec(pod, "python", "-c", CALL, "plain" if plain else "tls").strip()


def test_a_caller_of_the_list_is_let_in_and_then_asked_who_it_asks_for(release, orchestrator):
    assert called(release, orchestrator, secret(release, f"{RELEASE}-tls-orchestrator")) == "UNAUTHENTICATED"


def test_a_call_in_plain_is_refused(release, orchestrator):
    assert called(release, orchestrator, secret(release, f"{RELEASE}-tls-orchestrator"), plain=True) == "UNAVAILABLE"


def test_the_certificate_of_a_service_that_does_not_call_is_refused(release, orchestrator):
    assert called(release, orchestrator, secret(release, f"{RELEASE}-tls-retrieval")) == "PERMISSION_DENIED"


def test_a_certificate_that_a_stranger_signed_is_refused(release, orchestrator, tmp_path):
    pair = authority(tmp_path).signed(f"{RELEASE}-orchestrator")
    files = secret(release, f"{RELEASE}-tls-orchestrator")
    files |= {"tls.crt": pair.certificate.read_bytes(), "tls.key": pair.key.read_bytes()}

    assert called(release, orchestrator, files) == "UNAVAILABLE"


@pytest.mark.slow
def test_certificates_are_renewed_under_load_without_a_failed_call(docs, client):
    """An upgrade signs those that are due; every pod takes its new one while calls go on."""
    before = {service: secret(docs, f"{RELEASE}-tls-{service}")["tls.crt"] for service in SERVICES}
    pods = [pod["metadata"]["name"] for service in SERVICES for pod in docs.pods(service)]
    with steady(docs, client, asks=0.3, searches=1.0) as result:
        for service in SERVICES:
            docs.kubectl("annotate", "--overwrite", "secret", f"{RELEASE}-tls-{service}", "forebay.dev/renew-after=0")
        docs.upgraded()
        assert all(secret(docs, f"{RELEASE}-tls-{service}")["tls.crt"] != before[service] for service in SERVICES)
        seen = eventually(lambda: all(CHANGED in docs.kubectl("logs", pod) for pod in pods), seconds=180)

    assert seen, "a pod has not seen its new certificate"
    assert result["search"]["done"] > 30
    assert result["ask"]["failed"] + result["search"]["failed"] == []
    assert [pod["metadata"]["name"] for service in SERVICES for pod in docs.pods(service)] == pods
