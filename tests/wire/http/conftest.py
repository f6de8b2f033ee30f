"""A gateway, and the official client of OpenAI in front of it."""

import openai
import pytest

from rigs.gateway import READER, gateway


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


@pytest.fixture
async def client(front):
    async with openai.AsyncOpenAI(api_key=READER, base_url=f"{front.http}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
def asking(client):
    """Ask a conversation whose turns alternate, the user first."""

    def ask(*contents, through=client, **more):
        roles = ("user", "assistant")
        messages = [{"role": roles[number % 2], "content": content} for number, content in enumerate(contents)]
        return through.chat.completions.create(model="forebay/docs", messages=messages, **more)

    return ask
