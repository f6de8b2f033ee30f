"""What the official client of OpenAI is refused, and how."""

import openai
import pytest

from chassis.errors import Overloaded, Unavailable
from rigs.gateway import PROVIDER, WRITER


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"n": 2}, "unsupported_parameter", "n"),
        ({"logprobs": True}, "unsupported_parameter", "logprobs"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "unsupported_parameter", "tools"),
        ({"stop": ["."]}, "unsupported_parameter", "stop"),
        ({"top_p": 0.5}, "unsupported_parameter", "top_p"),
        ({"response_format": {"type": "json_object"}}, "unsupported_parameter", "response_format"),
        ({"presence_penalty": 1}, "unsupported_parameter", "presence_penalty"),
        ({"temperature": 3}, "invalid_argument", "temperature"),
        ({"seed": -1}, "invalid_argument", "seed"),
        ({"max_tokens": 0}, "invalid_argument", "max_tokens"),
        ({"extra_body": {"nonsense": 1}}, "invalid_argument", "nonsense"),
        ({"extra_body": {"forebay": {"filter": "or true"}}}, "invalid_argument", "forebay.filter"),
    ],
)
async def test_what_cannot_be_had_is_refused_by_name(front, asking, more, code, param):
    with pytest.raises(openai.BadRequestError) as caught:
        await asking("Why is it?", **more)

    assert (caught.value.code, caught.value.param) == (code, param)
    assert caught.value.type == "invalid_request_error"
    assert front.orchestrator.asked == []


@pytest.mark.parametrize(
    ("credential", "failure", "code"),
    [
        ("nonsense", openai.AuthenticationError, "invalid_api_key"),
        (f"fb_reader_{'x' * 43}", openai.AuthenticationError, "invalid_api_key"),
        (WRITER, openai.PermissionDeniedError, "missing_role"),
        (PROVIDER.token(roles=["readers"], exp=1), openai.AuthenticationError, "expired_token"),
    ],
    ids=["nonsense", "unknown", "writer", "expired"],
)
async def test_who_may_not_ask_is_told_why(client, asking, credential, failure, code):
    with pytest.raises(failure) as caught:
        await asking("Why is it?", through=client.with_options(api_key=credential))

    assert caught.value.code == code


@pytest.mark.parametrize("model", ["forebay/absent", "gpt-4o", "forebay/NO"])
async def test_a_model_that_is_not_there_is_not_found(client, model):
    with pytest.raises((openai.NotFoundError, openai.BadRequestError)) as caught:
        await client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Why is it?"}])

    if model != "forebay/NO":
        assert caught.value.code == "model_not_found"


@pytest.mark.parametrize(("failure", "status"), [(Overloaded, 429), (Unavailable, 503)])
async def test_what_passes_says_when_to_ask_again(front, client, failure, status, asking):
    front.orchestrator.failure = failure("not now", retry_after=1.5)

    with pytest.raises(openai.APIStatusError) as caught:
        await asking("Why is it?")

    response = caught.value.response
    assert (response.status_code, response.headers["retry-after"], response.headers["retry-after-ms"]) == (
        status,
        "2",
        "1500",
    )
    assert response.headers["x-should-retry"] == "true"


async def test_a_stream_that_breaks_ends_with_an_error_and_not_with_done(front, client, asking):
    front.orchestrator.breaks = Unavailable("the model is gone")

    with pytest.raises(openai.APIError, match="the model is gone"):
        _ = [piece async for piece in await asking("How high is the dam?", stream=True)]


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"input": []}, "input"),
        ({"input": ["a", ""]}, "input"),
        ({"input": [1, 2]}, "input"),
        ({"input": "a", "dimensions": 3}, "dimensions"),
    ],
)
async def test_texts_that_cannot_be_embedded_are_refused_by_name(client, more, param):
    with pytest.raises(openai.BadRequestError) as caught:
        await client.embeddings.create(model="embedding", **more)

    assert caught.value.param.split(".")[0] == param
