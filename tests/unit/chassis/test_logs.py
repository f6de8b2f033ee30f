from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from chassis.telemetry.logs import HIDDEN, start_logs, with_failure, without_secrets


@pytest.mark.parametrize(
    "key", ["secret", "password", "api_key", "apikey", "Authorization", "token", "access_token", "dsn", "private_key"]
)
def test_what_is_called_a_secret_is_hidden(key):
    assert without_secrets(None, "", {key: "value"}) == {key: HIDDEN}


@pytest.mark.parametrize("key", ["input_tokens", "tokens", "event", "tenant", "key_id"])
def test_what_only_sounds_like_one_is_not(key):
    assert without_secrets(None, "", {key: 12}) == {key: 12}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("key fb_k1_0123456789abcdefghij was used", f"key fb_k1_{HIDDEN} was used"),
        ("postgres://me:hunter2@db:5432/x", f"postgres://me:{HIDDEN}@db:5432/x"),
        ("Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJrIn0.c2ln", f"Bearer {HIDDEN}"),
        ("http://127.0.0.1:4317 is fine", "http://127.0.0.1:4317 is fine"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_is(said, written):
    event = without_secrets(None, "", {"event": said, "more": [{"deep": said}]})

    assert event == {"event": written, "more": [{"deep": written}]}


def test_an_exception_is_told_without_its_words():
    def inner():
        raise KeyError("text of a document")

    def outer():
        try:
            inner()
        except KeyError as cause:
            raise ValueError("more text") from cause

    with pytest.raises(ValueError, match="more text") as caught:
        outer()
    event = with_failure(None, "", {"event": "failed", "exc_info": caught.value})

    assert event["error"] == ["ValueError", "KeyError"]
    assert event["where"][-1].endswith(" outer")
    assert "text" not in json.dumps(event["error"])


@pytest.fixture
def lines():
    root, written = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    start_logs("test", "info", written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_a_log_is_one_line_of_json(lines):
    structlog.get_logger("a").info("ready", port=12)
    structlog.get_logger("a").debug("not written")
    (line,) = lines()

    assert line["event"] == "ready"
    assert (line["port"], line["level"], line["service"]) == (12, "info", "test")
    assert line["timestamp"].endswith("Z")


def test_libraries_come_out_alike(lines):
    logging.getLogger("a.library").warning("connection to %s lost", "postgres://me:hunter2@db/x")
    (line,) = lines()

    assert line["event"] == f"connection to postgres://me:{HIDDEN}@db/x lost"
    assert line["level"] == "warning"
