"""The process that parses: reads a document from its standard input, writes what it found to its standard output.

Started as `python -I -m ingestion.parsing.worker PARENT MEMORY NICENESS` with an empty environment. It ends when its
input does, and is killed when its parent dies.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Limits
from ingestion.parsing.frames import framed, pack, read_frame
from ingestion.parsing.reading import read
from ingestion.parsing.worker.confinement import allow_cpu, confine

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Serve documents until the input ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    alone = confine(*map(int, arguments))
    _write(answers, json.dumps({"network": not alone}).encode())
    while (head := read_frame(requests)) is not None:
        content = read_frame(requests)
        if content is None:
            return
        _write(answers, *_answer(json.loads(head), content))


def _answer(request: dict[str, Any], content: bytes) -> tuple[bytes, bytes]:
    allow_cpu(request["cpu_seconds"])
    limits = Limits(characters=request["characters"], blocks=request["blocks"])
    try:
        return pack(read(content, request["mime"], request["name"], limits))
    except InvalidArgument as error:
        return _refusal(error.message, error.reason)
    except (MemoryError, RecursionError):
        return _refusal("The document needs more memory than one document may use.", "PARSER_LIMIT")
    except Exception:  # noqa: BLE001  # whatever a vendor raises on hostile bytes is about the document, not about us
        return _refusal("The document could not be parsed: it is damaged.", "MALFORMED_DOCUMENT")


def _refusal(message: str, reason: str) -> tuple[bytes, bytes]:
    return json.dumps({"refused": message, "reason": reason}).encode(), b""


def _write(answers: BinaryIO, *bodies: bytes) -> None:
    answers.write(framed(*bodies))
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
