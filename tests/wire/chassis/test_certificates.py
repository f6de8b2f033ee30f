"""Certificates that change under a server that runs, over real sockets."""

import asyncio
import os
import ssl
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import grpc
import pytest
from cryptography import x509
from grpc import aio

from chassis.certificates import Certificates, Files, channel_credentials, read, server_context, server_credentials
from rigs.certificates import authority


@pytest.fixture
def ours(tmp_path):
    return authority(tmp_path)


@pytest.fixture
def files(ours):
    pair = ours.signed("localhost")
    return Files(certificate=pair.certificate, key=pair.key)


@pytest.fixture
def mutual(files, ours):
    return Files(certificate=files.certificate, key=files.key, authorities=ours.pair.certificate)


async def renewed(ours, certificates):
    ours.signed("localhost")
    os.utime(certificates.files.key, (2, 2))
    assert await certificates.look()


def serial(pem):
    return x509.load_pem_x509_certificate(pem).serial_number


@asynccontextmanager
async def over_http(certificates):
    serving = []

    async def echo(reader, writer):
        serving.append(asyncio.current_task())
        with suppress(OSError):
            while line := await reader.readline():
                writer.write(line)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server_context(certificates))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*serving)


@asynccontextmanager
async def connected(port, ours, pair=None):
    context = ssl.create_default_context(cafile=ours.pair.certificate)
    if pair is not None:
        context.load_cert_chain(pair.certificate, pair.key)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def echoed(connection):
    reader, writer = connection
    writer.write(b"hello\n")
    await writer.drain()
    return await asyncio.wait_for(reader.readline(), 5)


def shown(connection):
    certificate = connection[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(certificate).serial_number


async def test_http_meets_the_next_client_with_the_new_certificate_and_keeps_the_old_connection(files, ours):
    certificates = Certificates(files)
    async with over_http(certificates) as port, connected(port, ours) as old:
        first = shown(old)
        assert first == serial(files.certificate.read_bytes())

        await renewed(ours, certificates)

        async with connected(port, ours) as new:
            assert shown(new) == serial(files.certificate.read_bytes()) != first
            assert await echoed(new) == await echoed(old) == b"hello\n"


async def heard(port, ours, pair):
    """Return what the server says to a client with that certificate; nothing when it hangs up."""
    try:
        async with connected(port, ours, pair) as connection:
            return await echoed(connection)
    except (ssl.SSLError, ConnectionError):
        return b""


async def test_http_serves_those_whom_an_authority_vouches_for_and_no_longer_when_it_is_gone(mutual, ours, tmp_path):
    kept = ours.pair.certificate.read_bytes()
    (tmp_path / "elsewhere").mkdir()
    others = authority(tmp_path / "elsewhere")
    client, stranger = ours.signed("client"), others.signed("client")
    certificates = Certificates(mutual)
    async with over_http(certificates) as port:
        assert await heard(port, ours, client) == b"hello\n"
        assert await heard(port, ours, None) == await heard(port, ours, stranger) == b""

        mutual.authorities.write_bytes(others.pair.certificate.read_bytes())
        assert await certificates.look()

        trusting = replace(ours, pair=replace(ours.pair, certificate=tmp_path / "kept.crt"))
        trusting.pair.certificate.write_bytes(kept)
        assert await heard(port, trusting, stranger) == b"hello\n"
        assert await heard(port, trusting, client) == b""


@asynccontextmanager
async def over_grpc(certificates):
    async def echo(request, _context):
        return request

    handlers = {"echo": grpc.unary_unary_rpc_method_handler(echo)}
    server = aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("probe", handlers),))
    port = server.add_secure_port("127.0.0.1:0", server_credentials(certificates))
    await server.start()
    try:
        yield port
    finally:
        await server.stop(None)


def channel(port, material):
    options = [("grpc.ssl_target_name_override", "localhost"), ("grpc.use_local_subchannel_pool", 1)]
    return aio.secure_channel(f"127.0.0.1:{port}", channel_credentials(material), options=options)


async def asked(open_channel):
    return await open_channel.unary_unary("/probe/echo")(b"hello", timeout=5)


async def test_grpc_meets_the_next_client_with_the_new_certificate_and_keeps_the_old_connection(mutual, ours, tmp_path):
    client = ours.signed("client")
    shows = read(replace(mutual, certificate=client.certificate, key=client.key))
    certificates = Certificates(mutual)
    async with over_grpc(certificates) as port, channel(port, shows) as old:
        assert await asked(old) == b"hello"

        (tmp_path / "next").mkdir()
        after = authority(tmp_path / "next")
        pair, later = after.signed("localhost"), after.signed("client")
        mutual.certificate.write_bytes(pair.certificate.read_bytes())
        mutual.key.write_bytes(pair.key.read_bytes())
        mutual.authorities.write_bytes(after.pair.certificate.read_bytes())
        assert await certificates.look()

        assert await asked(old) == b"hello"
        shown_later = read(Files(certificate=later.certificate, key=later.key, authorities=after.pair.certificate))
        async with channel(port, shown_later) as new:
            assert await asked(new) == b"hello"
        async with channel(port, shows) as refused:
            with pytest.raises(aio.AioRpcError, match="UNAVAILABLE"):
                await asked(refused)
