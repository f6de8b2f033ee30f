"""Installed from nothing: everything ready, asked, and seen in traces."""

from __future__ import annotations

import json
import operator
import uuid

import pytest

from chassis.edges import EDGES
from rigs.cluster import RELEASE, SERVICES, eventually, ready
from rigs.spans import spans_of

ANSWERING = {"gateway", "orchestrator", "embedding", "retrieval", "triton-embedding", "triton-generator"}
FOLLOWING = {caller for caller, callee in EDGES if callee == "control"} - {"gateway"}
"""Who calls control for nothing else; the gateway passes administrators on, too."""
CHANGED = '"event": "the configuration changed"'
DOOR = "forebay.gateway.v1alpha1.GatewayService/Answer"
EMBED_LIST_AND_READ = """
import asyncio, io
from forebay_client.commands.connection import client

async def main():
    async with client() as asker:
        await asker.embed(["a text"])
        await asker.corpora()
        await asker.admin.resources("Tenant")
        document = await anext(aiter(asker.documents(corpus="docs")))
        await asker.originals.save(document.id, io.BytesIO(), corpus="docs")

asyncio.run(main())
"""
"""What the command line has no word for."""
QUESTION = "How does a document become visible?"


@pytest.fixture(scope="module")
def answered(docs, client):
    """The events of one answer."""
    printed = docs.exec(client, "forebay", "ask", QUESTION, "--corpus", "docs", "--json")
    return [json.loads(line) for line in printed.splitlines()]


def test_every_pod_is_ready_and_the_namespace_enforces_the_restricted_level(release):
    namespace = json.loads(release.kubectl("get", "namespace", release.namespace, "--output", "json"))
    staying = [pod for pod in release.get("pods") if pod["status"]["phase"] != "Succeeded"]

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert [pod["metadata"]["name"] for pod in staying if not ready(pod)] == []
    assert all(len(release.pods(service)) == (1 if service == "ingestion" else 2) for service in SERVICES)


def test_no_pod_but_controls_holds_a_token_of_the_cluster(release):
    holders = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]
        for pod in release.get("pods")
        for container in pod["spec"]["containers"]
        for mount in container.get("volumeMounts", [])
        if "serviceaccount" in mount["mountPath"]
    }

    assert holders == {"control"}


def test_helm_test_asks_a_golden_question(release):
    assert "Phase:          Succeeded" in release.helm("test", RELEASE, "--timeout", "3m")


def test_a_question_about_our_own_pages_is_answered_with_sources(answered):
    sources = next(event["sources"] for event in answered if "sources" in event)
    closing = next(event["closing"] for event in answered if "closing" in event)

    assert any("storage.md" in json.dumps(source) for source in sources["sources"])
    assert closing["finish_reason"] in {"FINISH_REASON_STOP", "FINISH_REASON_LENGTH"}
    assert closing["attributions"]
    assert closing.get("degraded", []) == []


def test_the_trace_of_an_answer_is_whole_in_the_collectors_output(docs, answered):
    trace = next(event["closing"]["trace_id"] for event in answered if "closing" in event)

    def spans():
        return [span for span in spans_of(docs) if span.trace_id == trace]

    def whole():
        # Services send their spans in batches of their own: the door's come last.
        return {span.service for span in spans()} >= ANSWERING and roots(spans()) == [DOOR]

    assert eventually(whole, seconds=60), (roots(spans()), {span.service for span in spans()})


def roots(spans):
    """Name the spans whose cause is not among them."""
    known = {span.span_id for span in spans}
    return [span.name for span in spans if span.parent_id not in known]


def test_every_edge_of_the_list_is_seen_and_no_other(docs, client, answered):
    docs.exec(client, "python", "-c", EMBED_LIST_AND_READ)
    wanted = EDGES - {(service, "control") for service in FOLLOWING}

    def seen():
        return {(span.service, span.peer) for span in spans_of(docs) if span.peer and span.service in SERVICES}

    assert eventually(lambda: seen() >= wanted, seconds=60), wanted - seen()
    assert seen() == wanted


def test_who_follows_control_hears_of_a_change(docs, client):
    """Without a span: such a stream lasts for days."""
    pods = [pod["metadata"]["name"] for service in FOLLOWING for pod in docs.pods(service)]

    def heard():
        return [docs.kubectl("logs", pod).count(CHANGED) for pod in pods]

    before = heard()
    tenant = json.dumps({"kind": "Tenant", "name": f"tenant-{uuid.uuid4().hex[:8]}"}).encode()
    docs.exec(client, "sh", "-c", "cat > /tmp/tenant.yaml && forebay apply -f /tmp/tenant.yaml", given=tenant)

    assert eventually(lambda: all(map(operator.gt, heard(), before)))
