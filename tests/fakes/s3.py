"""A bucket that speaks as much of S3's protocol as reading needs."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from xml.sax.saxutils import escape

from aiohttp import web

PAGE = 2
"""Objects in one page of a list, so that there is always more than one."""


class FakeS3:
    """Holds the objects of one bucket by key."""

    def __init__(self):
        self.objects = {}
        self.read = []

    async def answer(self, request):
        key = request.match_info.get("key")
        return self._list(request.query) if not key else self._object(key)

    def _list(self, query):
        after = query.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key.startswith(query.get("prefix", "")) and key > after)
        page, more = keys[:PAGE], len(keys) > PAGE
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{_etag(self.objects[key])}</ETag><Size>{len(self.objects[key])}</Size></Contents>"
            for key in page
        )
        next_ = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        truncated = str(more).lower()
        text = f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{contents}{next_}</ListBucketResult>"
        return web.Response(text=text, content_type="application/xml")

    def _object(self, key):
        self.read.append(key)
        if key not in self.objects:
            return web.Response(status=404)
        headers = {"ETag": _etag(self.objects[key]), "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        return web.Response(body=self.objects[key], headers=headers)


def _etag(content):
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


@asynccontextmanager
async def serving(bucket):
    """Serve it; yield the address."""
    app = web.Application()
    app.router.add_get("/{bucket}", bucket.answer)
    app.router.add_get("/{bucket}/{key:.*}", bucket.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
