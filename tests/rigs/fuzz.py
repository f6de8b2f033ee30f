"""Fuzzing that follows coverage: `python -m rigs.fuzz filters|documents -runs=N`, as `make fuzz` starts it.

The language of filters is instrumented, and what is ours of the parsers: those of packages are not Python. The other
arguments are libFuzzer's. An input that breaks a promise ends the program and is left as a file.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["chassis.filters", "ingestion.parsing"]):
    from chassis.errors import ServiceError
    from chassis.filters import Malformed, expression, parsed, printed
    from ingestion.parsing.document import Limits
    from ingestion.parsing.reading import read

MIMES = ("text/markdown", "text/html", "text/plain", "application/x-beir+json", "")
LIMITS = Limits()


def filters(data: bytes) -> None:
    """A filter is refused, or means the same when it is printed and read again."""
    try:
        condition = parsed(atheris.FuzzedDataProvider(data).ConsumeUnicode(2_100))
    except Malformed:
        return
    if parsed(printed(condition)) != condition or not expression(condition):
        raise AssertionError(printed(condition))


def documents(data: bytes) -> None:
    """A document is refused for a reason, or each of its blocks stands within its text."""
    given = atheris.FuzzedDataProvider(data)
    mime = MIMES[given.ConsumeIntInRange(0, len(MIMES) - 1)]
    try:
        document = read(given.ConsumeBytes(50_000), mime, "a", LIMITS)
    except ServiceError:
        return
    if any(not 0 <= block.start <= block.end <= len(document.text) for block in document.blocks):
        raise AssertionError(document)


if __name__ == "__main__":
    target = {"filters": filters, "documents": documents}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
