"""Hostile requests of HTTP: well framed, so that they come far, and wrong in what they say."""

from __future__ import annotations

import json
import random

CHAT = {
    "model": "forebay/docs",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "?"}]},
    ],
    "stream": False,
    "stream_options": {"include_usage": True},
    "temperature": 0.5,
    "seed": 7,
    "max_tokens": 5,
    "metadata": {"a": "b"},
    "forebay": {"filter": 'lang == "en"'},
    "n": 1,
}
VECTORS = {"model": "embedding", "input": ["one", "two"], "encoding_format": "base64", "forebay": {"kind": "query"}}
PATHS = ("/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/models/forebay/docs")
STRANGE_PATHS = (
    "/v1/models/%2e%2e%2fetc",
    "/v1/models/" + "%ff" * 50,
    "//",
    "/v1/../v1/models",
    "/v1/chat/completions?a=%00",
    "/v1/models/\\",
    "*",
    "/%zz",
)
HEADERS = (
    *(
        "content-type: text/plain",
        "content-type: application/json; charset=utf-16",
        "content-type: \xff",
        "accept: */*;q=9",
    ),
    *(
        "authorization: Basic eA==",
        "authorization: Bearer " + "x" * 3_000,
        "authorization: ",
        "x-forwarded-for: ' or 1=1",
    ),
    *(
        "traceparent: 00-zz-zz-01",
        "traceparent: 00-" + "0" * 32 + "-" + "0" * 16 + "-01",
        "expect: 100-continue",
        "range: bytes=0-",
    ),
    *(
        "x-request-id: " + "a" * 5_000,
        "idempotency-key: \x7f",
        "content-encoding: br",
        "upgrade: h2c",
        "te: trailers",
        "cookie: a=b",
    ),
)
TEXTS = (
    "",
    "\x00",
    "\ud800",
    "\u202eth",
    "x" * 70_000,
    "../../etc",
    "forebay/",
    "forebay/../x",
    "' or 1=1 --",
    "(" * 999,
    "\x1b[2J",
    "é" * 99,
)
VALUES = (
    None,
    True,
    [],
    {},
    -1,
    2**31,
    2**64,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    [[[[]]]],
    {"a": {"b": {}}},
    ["x"] * 600,
)


def hostile(dice: random.Random, key: str) -> bytes:
    """Return the bytes of a request that whoever holds the key might send."""
    method = dice.choice(("POST",) * 40 + ("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "x"))
    path = dice.choice(PATHS[:2] * 10 + PATHS + STRANGE_PATHS)
    body = _body(dice, VECTORS if path == PATHS[1] else CHAT)
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", "connection: close", f"content-length: {len(body)}"]
    lines += [] if dice.random() < 0.02 else [f"authorization: Bearer {key}", "content-type: application/json"]
    if dice.random() < 0.2:
        lines += dice.choices(HEADERS, k=dice.randrange(1, 4))
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _body(dice: random.Random, plausible: dict[str, object]) -> bytes:
    bad = dice.choice((0.0, 0.05, 0.3))
    text = json.dumps(_wrong(plausible, dice, bad))
    if dice.random() < 0.1:
        text = dice.choice(
            ("[" * 50_000, '{"a":' * 3_000, text[: dice.randrange(len(text))], text * 2, f"[{text}]", "NaN", '"')
        )
    body = text.encode()
    if dice.random() < 0.1:
        at = dice.randrange(len(body) + 1)
        body = body[:at] + dice.randbytes(dice.randrange(9)) + body[at + dice.randrange(9) :]
    return body


def _wrong(value: object, dice: random.Random, bad: float) -> object:
    """Return the value with something wrong in `bad` of its places."""
    if dice.random() < bad:
        return dice.choice((dice.choice(VALUES), dice.choice(TEXTS)))
    if isinstance(value, dict):
        kept = {name: _wrong(inner, dice, bad) for name, inner in value.items() if dice.random() > bad / 2}
        return kept | {dice.choice(TEXTS)[:99]: dice.choice(VALUES)} if dice.random() < bad else kept
    if isinstance(value, list):
        return [_wrong(inner, dice, bad) for inner in value]
    return value
