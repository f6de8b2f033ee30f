"""The picture of the system is a test: what calls whom is read from traces and compared with the one list of edges."""

from __future__ import annotations

import json
import time
from urllib.request import urlopen

import pytest

from chassis import names
from chassis.edges import EDGES, STORES
from forebay_client.receiver.spans import Span
from forebay_client.receiver.tree import tree

pytestmark = pytest.mark.xdist_group("stack")

SERVICES = {caller for caller, _ in EDGES}
ASKING = {
    ("gateway", "orchestrator"),
    ("gateway", "postgres"),
    ("gateway", "valkey"),
    ("orchestrator", "embedding"),
    ("orchestrator", "retrieval"),
    ("orchestrator", "triton-embedding"),
    ("orchestrator", "triton-generator"),
    ("embedding", "triton-embedding"),
    ("retrieval", "milvus"),
    ("retrieval", "postgres"),
}

WRITING = {
    ("gateway", "ingestion"),
    ("ingestion", "embedding"),
    ("ingestion", "milvus"),
    ("ingestion", "objects"),
    ("ingestion", "postgres"),
    ("ingestion", "valkey"),
}
PATIENCE = 20.0


@pytest.fixture(scope="module")
def spans(docs):
    """The spans of one answer, to a question that no cache has seen."""
    *_, last = docs.lines("ask", "How does one document become visible?", "--corpus", "docs")
    return [Span.from_json(fields) for fields in docs.json("trace", last["closing"]["trace_id"])]


def edges(spans):
    """Who called whom: client spans name the callee, whose server span (where it has one) is their child."""
    return {(span.service, span.attributes["forebay.peer"]) for span in spans if span.kind == "client"}


def test_an_answer_is_one_trace_without_orphans(spans):
    ordered = tree(spans)

    assert len({span.trace_id for span in spans}) == 1
    assert [node.span.name for node in ordered.orphans] == []
    assert len(ordered.roots) == 1


def test_an_answer_uses_just_the_edges_that_it_should(spans):
    seen = {edge for edge in edges(spans) if edge[0] in SERVICES}

    assert seen == ASKING
    assert seen <= EDGES


def test_every_call_between_services_has_both_its_spans(spans):
    by_id = {span.span_id: span for span in spans}
    served = {
        (by_id[span.parent_id].service, span.service)
        for span in spans
        if span.kind == "server" and span.parent_id in by_id
    }

    assert {edge for edge in ASKING if edge[1] not in STORES and not edge[1].startswith("triton-")} <= served


def test_nothing_in_an_answer_that_went_well_is_an_error(spans):
    assert [(span.service, span.name) for span in spans if span.status == "error"] == []


def test_the_generation_says_when_its_first_piece_came(spans):
    (generation,) = [span for span in spans if span.name == "chat generator"]

    assert [event.name for event in generation.events] == [names.GEN_AI_FIRST]


def test_tritons_own_spans_hang_below_the_call_that_caused_them(spans):
    by_id = {span.span_id: span for span in spans}
    tritons = [span for span in spans if span.service.startswith("triton-")]

    assert {span.service for span in tritons} == {"triton-embedding", "triton-generator"}
    for span in tritons:
        above = by_id[span.parent_id]
        assert above.service == span.service or above.attributes["forebay.peer"] == span.service


def test_writing_uses_the_edges_that_it_should(docs, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Written for its trace\n\nA page that nobody has seen before.\n", encoding="utf-8")
    docs.run("ingest", str(page), "--corpus", "traced")
    receiver = docs.address("receiver", "http")

    writing = {edge for edge in eventually(receiver) if edge[0] in SERVICES}

    assert {edge for edge in writing if edge[0] in {"gateway", "ingestion"}} >= WRITING
    assert writing <= EDGES


def eventually(receiver):
    """Read the edges of writing until all that are wanted have come, for services send their spans in batches."""
    latest = time.monotonic() + PATIENCE
    while not (seen := edges(written(receiver))) >= WRITING and time.monotonic() < latest:
        time.sleep(0.2)
    return seen


def written(receiver):
    """Read all spans of the latest traces in which ingestion took part."""
    with urlopen(f"http://{receiver}/v1/traces?service=ingestion&limit=50") as response:
        found = json.load(response)
    spans = []
    for summary in found:
        with urlopen(f"http://{receiver}/v1/traces/{summary['trace_id']}") as response:
            spans += [Span.from_json(fields) for fields in json.load(response)]
    return spans
