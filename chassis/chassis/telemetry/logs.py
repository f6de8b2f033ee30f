"""Logs: JSON lines on standard error, each with the ids of its trace.

Libraries that log through the standard library come out alike. What looks like a secret is hidden, wherever it turns
up; document text is never given to a log in the first place.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog
from opentelemetry import trace

Event = MutableMapping[str, Any]

HIDDEN: Final = "[hidden]"
_SECRET_KEY: Final = re.compile(r"(?i)(secret|passw|authorization|credential|private|api_?key|dsn)|(^|_)token$")
_SECRET_VALUE: Final = re.compile(
    r"(?P<key>fb_[a-z0-9-]{1,32}_)[\w-]{16,}"  # an API key: its id may stay
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"  # a JSON Web Token
    r"|(?P<user>://[^\s/:@]+:)[^\s/@]+(?=@)"  # a password in an address
)
_QUIET: Final = ("pymilvus", "grpc", "httpx", "httpcore", "urllib3", "pdfminer")
"""Libraries that log what they also raise; the raised is logged by us, once."""


def start_logs(service: str, level: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to the stream; to standard error by default."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_service(service),
        with_trace,
        with_failure,
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # It warns of each try before it says that the export failed.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)


def with_trace(_logger: object, _method: str, event: Event) -> Event:
    """Add the ids of the span that is current, if one is."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
        event["trace_flags"] = f"{context.trace_flags:02x}"
    return event


def with_failure(_logger: object, _method: str, event: Event) -> Event:
    """Say what an exception is and where it came from, not what it says: that may be a document's text."""
    given = event.pop("exc_info", None)
    failure = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(failure, BaseException):
        event["error"] = [type(link).__qualname__ for link in _chain(failure)]
        event["where"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(failure.__traceback__)
        ]
    return event


def without_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Hide what is called a secret and what looks like one."""
    for key, value in event.items():
        event[key] = HIDDEN if _SECRET_KEY.search(key) and value is not None else _cleaned(value)
    return event


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return _SECRET_VALUE.sub(_kept, value)
    if isinstance(value, Mapping):
        return without_secrets(None, "", dict(value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cleaned(item) for item in value]
    return value


def _chain(failure: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = failure
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _kept(found: re.Match[str]) -> str:
    return (found["key"] or found["user"] or "") + HIDDEN


def _with_service(service: str) -> structlog.typing.Processor:
    def add(_logger: object, _method: str, event: Event) -> Event:
        event.setdefault("service", service)
        return event

    return add
