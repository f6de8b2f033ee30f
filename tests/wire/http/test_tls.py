"""HTTP over TLS, with certificates that change."""

import os
import ssl

import openai
import pytest

from chassis.server import ServerSettings
from rigs.certificates import authority
from rigs.gateway import READER, gateway


def serving(pair, **more):
    return ServerSettings(
        port=0,
        health_port=0,
        settle=0,
        grace=0,
        certificate_file=pair.certificate,
        key_file=pair.key,
        certificate_interval=0.02,
        **more,
    )


def asking(front, context):
    return openai.AsyncOpenAI(
        api_key=READER,
        base_url=f"{front.http}/v1",
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(verify=context),
    )


@pytest.fixture
def ours(tmp_path):
    (tmp_path / "tls").mkdir()
    return authority(tmp_path / "tls")


async def test_the_next_client_meets_the_new_certificate_and_the_old_connection_is_kept(tmp_path, ours):
    pair = ours.signed("localhost")
    context = ssl.create_default_context(cafile=ours.pair.certificate)
    async with gateway(tmp_path, server=serving(pair)) as front, asking(front, context) as old:
        await old.models.list()
        (tmp_path / "next").mkdir()
        after = authority(tmp_path / "next")
        renewed = after.signed("localhost")
        pair.certificate.write_bytes(renewed.certificate.read_bytes())
        pair.key.write_bytes(renewed.key.read_bytes())
        os.utime(pair.key, (2, 2))

        trusting = ssl.create_default_context(cafile=after.pair.certificate)
        for _ in range(200):
            try:
                async with asking(front, trusting) as new:
                    await new.models.list()
                break
            except openai.APIConnectionError:
                continue
        else:
            raise AssertionError("the new certificate was never shown")
        await old.models.list()


async def test_a_certificate_of_the_wrong_name_is_that_of_nobody_who_calls_here(tmp_path, ours):
    pair, client = ours.signed("localhost"), ours.signed("client")
    context = ssl.create_default_context(cafile=ours.pair.certificate)
    context.load_cert_chain(client.certificate, client.key)
    for callers, welcome in (("client,other", True), ("other", False)):
        server = serving(pair, ca_file=ours.pair.certificate, callers=callers)
        async with gateway(tmp_path, server=server) as front, asking(front, context) as asked:
            if welcome:
                await asked.models.list()
            else:
                with pytest.raises(openai.PermissionDeniedError):
                    await asked.models.list()


async def test_where_clients_need_certificates_others_are_not_served(tmp_path, ours):
    pair, client = ours.signed("localhost"), ours.signed("client")
    known = ssl.create_default_context(cafile=ours.pair.certificate)
    known.load_cert_chain(client.certificate, client.key)
    unknown = ssl.create_default_context(cafile=ours.pair.certificate)
    async with gateway(tmp_path, server=serving(pair, ca_file=ours.pair.certificate)) as front:
        async with asking(front, known) as welcome:
            await welcome.models.list()
        async with asking(front, unknown) as refused:
            with pytest.raises(openai.APIConnectionError):
                await refused.models.list()
