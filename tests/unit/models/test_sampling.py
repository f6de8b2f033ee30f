"""Sampling parameters: vLLM's names and defaults, llama.cpp's words."""

from __future__ import annotations

import json

import pytest

from models.generating.errors import BadRequestError
from models.generating.sampling import ANY_SEED, Sampling, parsed


def test_nothing_means_the_defaults_of_vllm():
    assert parsed("") == parsed("{}") == parsed('{"seed": null}') == Sampling()
    assert (Sampling().temperature, Sampling().max_tokens, Sampling().top_p) == (1.0, 16, 1.0)


def test_values_are_taken_as_they_are_meant():
    read = parsed('{"temperature": 0, "max_tokens": 5.0, "stop": "end", "logprobs": 0, "cache_prompt": false}')

    assert read == Sampling(temperature=0.0, max_tokens=5, stop=("end",), logprobs=0, cache_prompt=False)


def test_the_engine_gets_every_value_so_that_its_own_defaults_never_count():
    request = Sampling().request("Hello")

    assert request["prompt"] == "Hello"
    assert (request["top_k"], request["min_p"], request["repeat_penalty"]) == (0, 0.0, 1.0)
    assert request["seed"] == ANY_SEED
    assert "logprobs" not in request
    assert Sampling(seed=7, logprobs=0).request("")["seed"] == 7
    assert Sampling(logprobs=0).request("")["logprobs"] == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"temperature": "hot"}, "temperature must be a number"),
        ({"temperature": True}, "temperature must be a number"),
        ({"temperature": 2.1}, "temperature must be between 0 and 2"),
        ({"top_p": -0.1}, "top_p must be between 0 and 1"),
        ({"max_tokens": 1.5}, "max_tokens must be a whole number"),
        ({"max_tokens": 0}, "max_tokens must be between"),
        ({"n": 2}, "n must be between 1 and 1"),
        ({"repetition_penalty": 0}, "repetition_penalty must be between"),
        ({"ignore_eos": 1}, "ignore_eos must be true or false"),
        ({"stop": [""]}, "stop must be a text or a list"),
        ({"stop": {"a": 1}}, "stop must be a text or a list"),
        ({"stop": ["x"] * 17}, "stop holds more than 16 texts"),
        ({"beam": 4}, "'beam' is unknown; known are temperature"),
    ],
)
def test_what_is_wrong_is_said(values, words):
    with pytest.raises(BadRequestError, match=words):
        parsed(json.dumps(values))


@pytest.mark.parametrize("text", ["{nope", "[]", "3", '"x"', "[" * 100_000, '{"temperature": NaN}'])
def test_what_is_no_object_of_numbers_is_refused(text):
    with pytest.raises(BadRequestError, match="sampling_parameters"):
        parsed(text)
