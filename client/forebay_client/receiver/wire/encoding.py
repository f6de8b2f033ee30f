"""Bodies of OTLP/HTTP: binary protobuf, or JSON, in which ids are hex where protobuf's own JSON has base64."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any, Final, TypeVar

from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from google.protobuf.message import DecodeError, Message

from forebay_client.receiver.wire.otlp import BadExportError

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
IDS: Final = frozenset({"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"})

GZIP: Final = 31
"""What zlib calls gzip's header and trailer around its widest window."""

M = TypeVar("M", bound=Message)


class TooLargeError(ValueError):
    """The body is larger than it may be once it is decompressed."""


def inflated(body: bytes, most: int) -> bytes:
    """Return a gzip body decompressed, up to so many bytes; raises BadExportError or TooLargeError."""
    try:
        inflater = zlib.decompressobj(GZIP)
        whole = inflater.decompress(body, most + 1)
    except zlib.error as error:
        raise BadExportError("the body is not gzip") from error
    if len(whole) > most:
        raise TooLargeError(f"the body has more than {most} bytes")
    if not inflater.eof:
        raise BadExportError("the body ends in the middle")
    return whole


def decoded(kind: type[M], body: bytes, content_type: str) -> M:
    """Return the message in a body; raises BadExportError."""
    try:
        if content_type == JSON:
            return ParseDict(with_base64_ids(json.loads(body)), kind(), ignore_unknown_fields=True)
        message = kind()
        message.ParseFromString(body)
    except (ValueError, DecodeError, ParseError, RecursionError) as error:
        raise BadExportError(f"the body is not {kind.DESCRIPTOR.name}: {str(error)[:200]}") from error
    return message


def encoded(message: Message, content_type: str) -> bytes:
    """Return the body of an answer in the encoding of the question."""
    return MessageToJson(message).encode() if content_type == JSON else message.SerializeToString()


def with_base64_ids(value: Any) -> Any:
    """Return the JSON value as protobuf's parser wants it."""
    if isinstance(value, list):
        return [with_base64_ids(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: base64_id(entry) if name in IDS else with_base64_ids(entry) for name, entry in value.items()}


def base64_id(text: Any) -> str:
    """Return an id in base64; raises BadExportError unless it is hex."""
    try:
        return base64.b64encode(bytes.fromhex(text)).decode()
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadExportError(f"an id is written in hex, not as {str(text)[:64]!r}") from error
