"""Bodies of requests: read within a size and a time, and checked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeVar

from aiohttp import web
from pydantic import ValidationError

from chassis.errors import DeadlineExceeded, InvalidArgument, Overloaded, Violation
from chassis.validation import invalid
from gateway.http.openai.fields import Given

G = TypeVar("G", bound=Given)

SMALL: Final = 64 * 1024
"""Bytes of a body that is always read: as many as a connection buffers anyway."""


class Bodies:
    """Reads bodies; all that are read at once take at most `most` bytes."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._reading = 0

    async def read(self, request: web.BaseRequest, limit: int) -> bytes:
        """Return the body; raise when it is no JSON, too large, or too slow in coming."""
        _check_head(request, limit)
        try:
            async with asyncio.timeout(self._seconds):
                with self._room(request.content_length or limit):
                    return await _joined(request, limit)
        except TimeoutError:
            raise DeadlineExceeded(f"the body took longer than {self._seconds:g} s", reason="SLOW_REQUEST") from None

    @contextmanager
    def _room(self, size: int) -> Iterator[None]:
        if size <= SMALL:
            yield
            return
        if self._reading + size > self._most:
            raise Overloaded("too many large requests are being read; ask again later", retry_after=1.0)
        self._reading += size
        try:
            yield
        finally:
            self._reading -= size


def checked(model: type[G], raw: bytes) -> G:
    """Return what the body says; raise `InvalidArgument` that names what is wrong."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as failure:
        raise _explained(model, failure) from None


@contextmanager
def naming(fields: Mapping[str, str]) -> Iterator[None]:
    """Say what is wrong with our message in the names of the client's fields, by what they became."""
    try:
        yield
    except InvalidArgument as failure:
        raise _renamed(failure, fields) from None


def _renamed(failure: InvalidArgument, fields: Mapping[str, str]) -> InvalidArgument:
    if not failure.violations:
        return failure
    told = tuple(Violation(_field(violation.field, fields), violation.why) for violation in failure.violations)
    message = f"{told[0].field} {told[0].why}"
    return InvalidArgument(message, violations=told, reason=failure.reason)


def _field(ours: str, fields: Mapping[str, str]) -> str:
    known = next((name for name in fields if ours == name or ours.startswith(f"{name}.")), None)
    return ours if known is None else fields[known] + ours.removeprefix(known)


def _explained(model: type[Given], failure: ValidationError) -> InvalidArgument:
    found = invalid(failure)
    first = found.violations[0]
    detail = failure.errors(include_url=False, include_input=False, include_context=False)[0]
    if detail["type"] == "json_invalid":
        return InvalidArgument("the body is not JSON, or not in UTF-8", reason="NOT_JSON")
    if detail["type"] == "value_error" and not detail["loc"]:
        return InvalidArgument(detail["msg"].removeprefix("Value error, "))
    name = str(detail["loc"][0]) if detail["loc"] else ""
    if name in model.unsupported:
        why = "is not supported here; leave it out"
        return InvalidArgument(f"{name} {why}", violations=(Violation(name, why),), reason="UNSUPPORTED_PARAMETER")
    return InvalidArgument(f"{first.field} {first.why}", violations=found.violations)


def _check_head(request: web.BaseRequest, limit: int) -> None:
    if request.content_type != "application/json":
        raise InvalidArgument("send JSON, with content-type: application/json", reason="WRONG_MEDIA_TYPE")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise InvalidArgument("send the body as it is, without content-encoding", reason="WRONG_MEDIA_TYPE")
    if (request.content_length or 0) > limit:
        raise _too_large(limit)


async def _joined(request: web.BaseRequest, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> InvalidArgument:
    return InvalidArgument(f"the body is larger than the {limit} bytes that are taken here", reason="MESSAGE_TOO_LARGE")
