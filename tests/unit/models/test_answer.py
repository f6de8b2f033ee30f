"""Answers: llama.cpp's chunks become the responses of Triton's vLLM backend."""

from __future__ import annotations

import json
from math import isnan

import pytest

from models.generating.answer import Answer, Wanted
from models.generating.errors import BadRequestError, EngineError
from models.generating.pieces import Piece, Reader

ALL = Wanted.of({"stream": True} | {f"return_{name}": True for name in Wanted.__slots__[2:]})


def chunk(text, done, *, finish=None, logprobs=None):
    made = {
        "choices": [{"text": text, "index": 0, "logprobs": logprobs, "finish_reason": finish}],
        "timings": {"prompt_n": 5, "cache_n": 2, "predicted_n": done},
    }
    return made | ({"usage": {"prompt_tokens": 7, "completion_tokens": done}} if finish else {})


def token(number, text, likely):
    entries = [{"id": n, "token": t, "logprob": p} for n, t, p in likely]
    return {"id": number, "token": text, "logprob": -1.5, "top_logprobs": entries}


def test_a_piece_says_what_is_new():
    reader = Reader(None)
    pieces = [reader.piece(made) for made in (chunk("A", 1), chunk("é", 3), chunk("", 4, finish="stop"))]

    assert [piece.output_tokens for piece in pieces] == [1, 2, 1]
    assert {piece.input_tokens for piece in pieces} == {7}
    assert [piece.finish_reason for piece in pieces] == [None, None, "stop"]
    assert pieces[0].logprobs is None


def test_progress_on_the_prompt_is_no_piece():
    reader = Reader(None)

    assert reader.piece(chunk("", 0) | {"prompt_progress": {"processed": 3}}) is None
    assert reader.piece(chunk("A", 1)).output_tokens == 1


def test_the_chosen_token_stands_first_even_when_it_was_not_likely():
    said = {"content": [token(9, "x", [(1, "a", -0.1), (2, "b", -0.9)])]}
    (ranks,) = Reader(1).piece(chunk("x", 1, logprobs=said)).logprobs

    assert list(ranks) == ["9", "1"]
    assert ranks["9"] == {"logprob": -1.5, "rank": None, "decoded_token": "x"}
    assert ranks["1"]["rank"] == 1


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ({"type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 4}, BadRequestError, "has 9 tokens"),
        ({"code": 400, "message": "bad grammar"}, BadRequestError, "bad grammar"),
        ({"code": 500, "message": "broken"}, EngineError, "broken"),
    ],
)
def test_what_the_engine_complains_of_is_raised(error, kind, words):
    with pytest.raises(kind, match=words):
        Reader(None).piece({"error": error})


def test_streaming_sends_each_piece_with_what_was_asked():
    answer = Answer(ALL, "Say")
    likely = [{"5": {"logprob": -0.5, "rank": 1, "decoded_token": "A"}}]
    first = answer.add(Piece(text="A", input_tokens=7, output_tokens=1, logprobs=likely))
    last = answer.add(Piece(text="", input_tokens=7, output_tokens=0, finish_reason="stop", logprobs=[]))

    assert first == {
        "text_output": ["A"],
        "finish_reason": ["None"],
        "cumulative_logprob": [-0.5],
        "logprobs": [json.dumps(likely)],
        "num_input_tokens": [7],
        "num_output_tokens": [1],
    }
    assert (last["finish_reason"], last["logprobs"], last["cumulative_logprob"]) == (["stop"], ["[]"], [-0.5])


def test_one_response_holds_the_whole_and_begins_with_the_prompt():
    answer = Answer(Wanted.of({"return_num_output_tokens": True}), "Say")

    assert answer.add(Piece(text=" A", input_tokens=7, output_tokens=1)) is None
    assert answer.add(Piece(text=" B", input_tokens=7, output_tokens=2, finish_reason="length")) == {
        "text_output": ["Say A B"],
        "num_output_tokens": [3],
    }


def test_log_probabilities_that_nobody_computed_are_null():
    answer = Answer(ALL, "")
    sent = answer.add(Piece(text="", input_tokens=1, output_tokens=0, finish_reason="stop"))

    assert sent["logprobs"] == ["null"]
    assert isnan(sent["cumulative_logprob"][0])


def test_a_stream_cannot_repeat_the_prompt():
    with pytest.raises(BadRequestError, match="exclude_input_in_output"):
        Wanted.of({"stream": True, "exclude_input_in_output": False})
    assert not Wanted.of({"stream": True, "exclude_input_in_output": None}).echo
    assert Wanted.of({}).echo
    assert not Wanted.of({"exclude_input_in_output": True}).echo
