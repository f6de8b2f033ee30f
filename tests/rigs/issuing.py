"""An identity provider for tests: keys of every kind, the JWKS of them, and tokens, good and hostile."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

ISSUER = "https://id.example"
AUDIENCE = "forebay"
MAKERS = {
    "RS": lambda: RSAKey.generate_key(2048),
    "PS": lambda: RSAKey.generate_key(2048),
    "ES256": lambda: ECKey.generate_key("P-256"),
    "ES384": lambda: ECKey.generate_key("P-384"),
    "ES512": lambda: ECKey.generate_key("P-521"),
    "Ed": lambda: OKPKey.generate_key("Ed25519"),
}


class Provider:
    """Signs tokens with its newest key, and publishes all of its keys."""

    def __init__(self, algorithm="ES256"):
        self.algorithm = algorithm
        self.published = []
        self.fetched = 0
        self.away = False
        self.rotate("first")

    def rotate(self, kid, *, keep=True):
        maker = MAKERS.get(self.algorithm) or MAKERS[self.algorithm[:2]]
        self.key, self.kid = maker(), kid
        entry = {**self.key.as_dict(private=False), "kid": kid, "use": "sig"}
        self.published = [*(self.published if keep else []), entry]

    def document(self):
        return json.dumps({"keys": self.published}).encode()

    def claims(self, **changed):
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 3600, **changed}
        return {name: value for name, value in said.items() if value is not ...}

    def token(self, header=None, **changed):
        head = {"alg": self.algorithm, "kid": self.kid, **(header or {})}
        head = {name: value for name, value in head.items() if value is not ...}
        return jwt.encode(head, self.claims(**changed), self.key, algorithms=[self.algorithm])

    async def fetch(self, _url):
        self.fetched += 1
        if self.away:
            from chassis.errors import Unavailable

            raise Unavailable("away")
        return self.document()


def part(value):
    """Return what stands between two dots of a token: the base64url of a text, or of JSON."""
    raw = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@asynccontextmanager
async def published(answer) -> AsyncIterator[str]:
    """Serve keys over HTTP as `answer` does it; yield the address."""
    application = web.Application()
    application.router.add_get("/keys", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/keys"
    finally:
        await runner.cleanup()
