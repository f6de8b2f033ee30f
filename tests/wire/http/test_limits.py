"""Limits, as clients of OpenAI are told of them."""

import openai
import pytest

from chassis.snapshot import Limits, Policy
from rigs.gateway import READER, SNAPSHOT, gateway

LIMITED = SNAPSHOT.model_copy(update={"policies": (Policy(tenant=Limits(requests_per_minute=2)),)})


@pytest.fixture
async def asking(tmp_path):
    async with (
        gateway(tmp_path, snapshot=LIMITED) as front,
        openai.AsyncOpenAI(api_key=READER, base_url=f"{front.http}/v1", max_retries=0) as client,
    ):
        yield lambda: client.chat.completions.with_raw_response.create(
            model="forebay/docs", messages=[{"role": "user", "content": "How high is the dam?"}]
        )


async def test_what_is_left_is_told_with_each_answer_and_when_to_come_back_with_a_refusal(asking):
    first, second = await asking(), await asking()

    assert [each.headers["x-ratelimit-remaining-requests"] for each in (first, second)] == ["1", "0"]
    assert first.headers["x-ratelimit-limit-requests"] == "2"
    with pytest.raises(openai.RateLimitError) as caught:
        await asking()
    refused = caught.value.response.headers
    assert caught.value.code == "requests_per_minute"
    assert refused["x-ratelimit-remaining-requests"] == "0"
    assert 0 < int(refused["retry-after"]) <= 60
    assert refused["x-should-retry"] == "true"
