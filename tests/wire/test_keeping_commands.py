"""`forebay corpora`, `forebay documents` and both clients, against a gateway on the real wire."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

import pytest
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.gateway.v1alpha1.keeping_pb2_grpc import add_KeepingServiceServicer_to_server
from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.retrieval.v1alpha1.corpora_pb2 import CorpusSettings

from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from fakes.keeping_services import FakeGatewayKeeping
from forebay_client import AsyncClient, Client, Document

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)
FOREBAY = str(Path(sys.executable).parent / "forebay")


@pytest.fixture
def kept():
    return FakeGatewayKeeping()


@pytest.fixture
async def address(kept):
    gateway = FakeGateway()
    gateway.corpora["docs"] = {"a": Document(id="a", content=b"A.").request("docs")}
    mounts = (
        partial(add_GatewayServiceServicer_to_server, gateway),
        partial(add_KeepingServiceServicer_to_server, kept),
    )
    async with running(SETTINGS, *mounts, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
def forebay(address):
    async def run(*arguments, said=""):
        process = await asyncio.create_subprocess_exec(
            *(FOREBAY, *arguments),
            env=os.environ | {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await process.communicate(said.encode())
        return process.returncode, out.decode(), error.decode()

    return run


async def test_settings_that_are_not_given_stay_and_are_expected_to(forebay, kept):
    code, out, _ = await forebay("corpora", "update", "docs", "--retention-days", "30", "--json")

    assert (code, json.loads(out)["settings"]["retention_days"]) == (0, 30)
    (asked,) = kept.inner.asked
    assert asked == pb.UpdateCorpusRequest(corpus="docs", settings={"retention_days": 30}, expected={})


async def test_a_corpus_is_created_listed_and_shown(forebay):
    assert json.loads((await forebay("corpora", "create", "wiki", "--max-documents", "5", "--json"))[1])["created"]
    listed = [json.loads(line)["name"] for line in (await forebay("corpora", "list", "--json"))[1].splitlines()]
    shown = await forebay("corpora", "show", "wiki")

    assert listed == ["docs", "wiki"]
    assert shown[0] == 0
    assert "kept       for ever" in shown[1]


@pytest.mark.parametrize(
    ("arguments", "said", "deleted"),
    [(("--yes",), "", True), ((), "y\n", True), ((), "n\n", False), ((), "", False)],
)
async def test_a_corpus_is_deleted_only_when_somebody_says_so(forebay, kept, arguments, said, deleted):
    code, _, _ = await forebay("corpora", "delete", "docs", *arguments, said=said)

    assert (code == 0, bool(kept.inner.asked)) == (deleted, deleted)


async def test_documents_are_listed_and_deleted_by_id_or_by_filter(forebay, kept):
    listed = await forebay("documents", "list", "--corpus", "docs", "--json")
    one = await forebay("documents", "delete", "a", "--corpus", "docs", "--yes", "--json")
    many = await forebay("documents", "delete", "--filter", "kind == 'x'", "--corpus", "docs", "--yes", "--json")
    both = await forebay("documents", "delete", "a", "--filter", "x == 'y'", "--corpus", "docs", "--yes")

    assert json.loads(listed[1])["id"] == "a"
    assert (json.loads(one[1])["deleted"], json.loads(many[1])["deleted"]) == (1, 3)
    assert both[0] == 2
    assert kept.inner.asked == [pb.DeleteDocumentsRequest(corpus="docs", filter="kind == 'x'")]


async def test_a_document_is_erased_when_somebody_says_so_and_its_record_is_shown(forebay, kept):
    refused = await forebay("documents", "erase", "a", "--corpus", "docs", said="n\n")
    shown = await forebay("documents", "erase", "a", "--corpus", "docs", "--yes")
    told = await forebay("documents", "erase", "a", "--corpus", "docs", "--yes", "--json")

    assert (refused[0] != 0, shown[0], told[0]) == (True, 0, 0)
    assert "postgres" in shown[1]
    assert "chunks" in shown[1]
    assert json.loads(told[1])["looks"][0]["place"] == "chunks"
    assert kept.inner.asked == 2 * [pb.EraseDocumentRequest(corpus="docs", document_id="a")]


async def test_erasures_are_listed_with_their_proof_where_it_is_asked_for(forebay, kept):
    told = await forebay("documents", "erasures", "--corpus", "docs", "--json")
    plain = await forebay("documents", "erasures", "--corpus", "docs", "--document", "a")
    proven = await forebay("documents", "erasures", "--corpus", "docs", "--proof")

    assert [json.loads(line)["id"] for line in told[1].splitlines()] == ["e1", "e2"]
    assert [line.split()[:2] for line in plain[1].splitlines()] == [["e1", "finished"], ["e2", "under"]]
    assert ("chunks" in plain[1], "chunks" in proven[1]) == (False, True)
    assert [asked.document_id for asked in kept.inner.asked] == ["", "", "a", "a", "", ""]


@pytest.mark.parametrize("value", ["-1", "5000000000", "many"])
async def test_a_number_that_no_setting_takes_is_refused(forebay, kept, value):
    code, _, error = await forebay("corpora", "update", "docs", "--retention-days", value)

    assert code == 2
    assert "retention-days" in error
    assert kept.inner.asked == []


async def test_both_clients_have_the_same_words(address):
    wanted = CorpusSettings(max_bytes=5)
    async with AsyncClient(address, KEY) as client:
        assert (await client.keeping.update_corpus("docs", wanted)).settings == wanted
        assert await client.keeping.delete_documents("a == 'b'", corpus="docs") == 3
        assert await client.keeping.delete_corpus("docs")
        assert [one.id async for one in client.keeping.erasures(corpus="docs")] == ["e1", "e2"]

    def blocking():
        with Client(address, KEY) as client:
            return (
                client.keeping.update_corpus("docs", wanted).settings,
                client.keeping.delete_documents("a == 'b'", corpus="docs"),
                client.keeping.delete_corpus("elsewhere"),
                [one.id for one in client.keeping.erasures(corpus="docs")],
            )

    assert await asyncio.to_thread(blocking) == (wanted, 3, False, ["e1", "e2"])
