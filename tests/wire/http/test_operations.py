"""What machines ask: health, figures, the OpenAPI document."""

import json

import aiohttp
import pytest

from rigs.gateway import READER


@pytest.fixture
async def web():
    async with aiohttp.ClientSession() as session:
        yield session


async def test_health_is_told_on_either_port_and_figures_on_their_own(front, web):
    for base in (front.http, front.operations):
        for path in ("/healthz", "/readyz"):
            async with web.get(base + path) as answer:
                assert answer.status == 200
    async with web.get(f"{front.operations}/metrics") as answer:
        assert (answer.status, await answer.text()) == (200, "# figures\n")
    async with web.get(f"{front.http}/metrics") as answer:
        assert answer.status == 404
    async with web.get(f"{front.operations}/v1/models") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/v1/chat/completions", 405, "wrong_method"), ("/nowhere", 404, "unknown_path")]
)
async def test_what_is_not_there_is_told_in_openais_form(front, web, path, status, code):
    async with web.get(front.http + path) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)


async def test_a_client_can_give_a_deadline(front, web):
    ask = {"model": "forebay/docs", "messages": [{"role": "user", "content": "How high is the dam?"}]}
    said = {"authorization": f"Bearer {READER}", "forebay-timeout": "3"}
    async with web.post(f"{front.http}/v1/chat/completions", json=ask, headers=said) as answer:
        assert answer.status == 200
    assert 2 < front.orchestrator.asked[-1][2] <= 3
    async with web.post(
        f"{front.http}/v1/chat/completions", json=ask, headers={**said, "forebay-timeout": "-1"}
    ) as answer:
        assert answer.status == 400


async def test_every_answer_names_its_request(front, web):
    async with web.get(f"{front.http}/v1/models", headers={"authorization": f"Bearer {READER}"}) as answer:
        assert "x-request-id" in answer.headers


async def test_the_document_names_every_type_that_it_refers_to(front, web):
    async with web.get(f"{front.http}/openapi.json") as answer:
        text = await answer.text()
    document = json.loads(text)
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    referred = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}

    assert referred <= named
    assert document["paths"].keys() == {
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/models",
        "/v1/models/{model}",
    }
