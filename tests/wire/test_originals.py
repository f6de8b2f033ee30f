"""Originals read back: by retrieval from stores of both kinds, through the gateway, by the client and its command."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import grpc
import pytest
from forebay.gateway.v1alpha1 import originals_pb2 as gateway_pb
from forebay.gateway.v1alpha1 import originals_pb2_grpc as gateway_rpc
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.retrieval.v1alpha1 import originals_pb2 as pb
from forebay.retrieval.v1alpha1 import originals_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import InvalidArgument, NotFound, Unavailable
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from fakes.catalogue import FakeCatalogue
from fakes.gateway import KEY, FakeGateway
from fakes.library import Library, Written
from fakes.originals import CONTENT, FakeGatewayOriginals
from forebay_client import AsyncClient, Client
from ingestion.objects import ObjectOriginals
from retrieval.objects import Objects
from retrieval.originals.reading import PIECE, Originals
from retrieval.originals.servicer import OriginalServicer
from retrieval.reading import Reading
from rigs.gateway import READER, WRITER, details, gateway, key, refused
from rigs.s3 import s3

SERVER = ServerSettings(port=0, health_port=0, settle=0, grace=0)
HR = Identity(tenant="acme", groups=frozenset({"hr"}), roles=frozenset({"read"}), key_id="k1")
OTHER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"read"}), key_id="k2")
STRANGER = Identity(tenant="globex", groups=frozenset({"hr"}), roles=frozenset({"read"}), key_id="k3")
ASKED = pb.ReadOriginalRequest(corpus="docs", document_id="pay.pdf")
FOREBAY = str(Path(sys.executable).parent / "forebay")


class Shelves(FakeCatalogue):
    """Says of the one document that it was made from this content."""

    def __init__(self, content: bytes) -> None:
        wages = Written(
            tenant="acme", corpus="docs", source="pay.pdf", groups=frozenset({"hr"}), chunks=(("x", (1.0, 0.0)),)
        )
        super().__init__(Library([wages]))
        self.digest = hashlib.sha256(content).hexdigest()

    async def document(self, reader, corpus, source):
        found = await super().document(reader, corpus, source)
        return found and replace(found, sha256=self.digest)


@asynccontextmanager
async def reading(folder, url, content=CONTENT):
    files = generate_keys(folder)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    servicer = OriginalServicer(Originals(Reading(Shelves(content)), Objects(url, 2.0)))
    mount = partial(rpc.add_OriginalServiceServicer_to_server, servicer)
    async with (
        running(SERVER, mount, verifier=keys.verifier()) as ports,
        connect(f"127.0.0.1:{ports.port}", "retrieval", signer=keys.signer()) as channel,
    ):
        yield rpc.OriginalServiceStub(channel)


async def read(stub, who=HR):
    with identity.bound(who):
        return [part async for part in stub.ReadOriginal(ASKED)]


@pytest.mark.parametrize("content", [b"x", CONTENT, bytes(range(256)) * 2**15], ids=["tiny", "small", "8 MiB"])
@pytest.mark.parametrize("kind", ["folder", "s3"])
async def test_what_ingestion_kept_is_read_back_in_pieces(tmp_path, monkeypatch, kind, content):
    with s3() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        url = (tmp_path / "objects").as_uri() if kind == "folder" else f"s3://forebay/{tmp_path.name}"
        await ObjectOriginals(url).keep("acme", hashlib.sha256(content).hexdigest(), content)

        async with reading(tmp_path / "keys", url, content) as stub:
            first, *pieces = await read(stub)

    assert (first.WhichOneof("part"), first.document.id) == ("document", "pay.pdf")
    assert b"".join(piece.content for piece in pieces) == content
    assert max(len(piece.content) for piece in pieces) <= PIECE


@pytest.mark.parametrize("who", [OTHER, STRANGER])
async def test_who_may_not_read_a_document_reads_nothing_of_its_original(tmp_path, who):
    url = (tmp_path / "objects").as_uri()
    await ObjectOriginals(url).keep("acme", hashlib.sha256(CONTENT).hexdigest(), CONTENT)

    async with reading(tmp_path / "keys", url) as stub:
        with pytest.raises(NotFound):
            await read(stub, who)


async def test_an_original_that_is_gone_and_a_store_that_is_away_are_told_apart(tmp_path):
    (tmp_path / "objects").mkdir()
    async with reading(tmp_path / "keys", (tmp_path / "objects").as_uri()) as stub:
        with pytest.raises(NotFound, match="ask again"):
            await read(stub)
    async with reading(tmp_path / "more-keys", "s3://nowhere/x") as stub:
        with pytest.raises(Unavailable):
            await read(stub)


async def test_what_is_out_of_bounds_is_refused_and_named(tmp_path):
    async with reading(tmp_path, (tmp_path / "objects").as_uri()) as stub:
        with identity.bound(HR), pytest.raises(InvalidArgument) as caught:
            await anext(aiter(stub.ReadOriginal(pb.ReadOriginalRequest(corpus="docs", document_id="x" * 513))))

    assert [violation.field for violation in caught.value.violations] == ["document_id"]


async def test_the_gateway_passes_pieces_on_to_who_may_read(tmp_path):
    asked = gateway_pb.ReadOriginalRequest(original=ASKED)
    async with gateway(tmp_path) as front:
        stub = gateway_rpc.OriginalServiceStub(front.channel)
        first, *pieces = [part.result async for part in stub.ReadOriginal(asked, metadata=key(READER))]
        writer = await refused(anext(aiter(stub.ReadOriginal(asked, metadata=key(WRITER)))))
        empty = gateway_pb.ReadOriginalRequest(original={"corpus": "docs"})
        wrong = await refused(anext(aiter(stub.ReadOriginal(empty, metadata=key(READER)))))

    assert first.document.id == "pay.pdf"
    assert b"".join(piece.content for piece in pieces) == CONTENT
    assert writer.code() is grpc.StatusCode.PERMISSION_DENIED
    assert details(wrong).fields == ["original.document_id"]


@pytest.fixture
async def address():
    mounts = (
        partial(add_GatewayServiceServicer_to_server, FakeGateway()),
        partial(gateway_rpc.add_OriginalServiceServicer_to_server, FakeGatewayOriginals()),
    )
    async with running(SERVER, *mounts, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


async def forebay(address, *arguments):
    process = await asyncio.create_subprocess_exec(
        *(FOREBAY, "documents", "original", *arguments),
        env=os.environ | {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return process.returncode, out.decode(), error.decode()


async def test_a_document_is_saved_whole_or_not_at_all(address, tmp_path):
    whole = await forebay(address, "a.txt", "--corpus", "docs", "-o", str(tmp_path / "whole"))
    cut = await forebay(address, "broken.bin", "--corpus", "docs", "-o", str(tmp_path / "cut"))

    assert (whole[0], whole[1]) == (0, f"a.txt: {len(CONTENT)} bytes, text/plain\n")
    assert (tmp_path / "whole").read_bytes() == CONTENT
    assert (cut[0] != 0, "ask again" in cut[2]) == (True, True)
    assert [file.name for file in tmp_path.iterdir()] == ["whole"]


async def test_both_clients_have_the_same_words(address):
    first, second = io.BytesIO(), io.BytesIO()
    async with AsyncClient(address, KEY) as client:
        assert (await client.originals.save("a.txt", first, corpus="docs")).id == "a.txt"

    def blocking():
        with Client(address, KEY) as client:
            return client.save_original("a.txt", second, corpus="docs").id

    assert await asyncio.to_thread(blocking) == "a.txt"
    assert first.getvalue() == second.getvalue() == CONTENT
