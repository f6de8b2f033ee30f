"""Reads a snapshot from a YAML file, and says which line is wrong.

An operator edits this file by hand. What is wrong is told by file, line and path; values are not echoed, for a secret
may have been put where its digest belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chassis.snapshot.agreement import Disagreement
from chassis.snapshot.types import Snapshot
from chassis.validation import invalid


class BrokenFile(ValueError):
    """The file does not hold a snapshot; the message names file, line and path."""


def load(path: Path) -> Snapshot:
    """Return the snapshot in the file; raise `BrokenFile` or `OSError`."""
    text = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        fields = yaml.safe_load(text)
    except yaml.MarkedYAMLError as failure:
        line = failure.problem_mark.line + 1 if failure.problem_mark else 1
        raise BrokenFile(f"{path}:{line}: {failure.problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise BrokenFile(f"{path}:1: holds characters that YAML does not allow, or is nested too deep") from None
    if not isinstance(fields, dict):
        raise BrokenFile(f"{path}:1: must be a mapping with version, tenants, keys and routes")
    try:
        return Snapshot(**fields)
    except ValidationError as failure:
        raise BrokenFile(_explained(path, root, failure)) from None


def _explained(path: Path, root: Node | None, failure: ValidationError) -> str:
    details = failure.errors(include_url=False, include_input=False)
    violations = invalid(failure).violations
    lines = [
        f"{path}:{line_of(root, place(detail))}: {violation.field} {violation.why}"
        for detail, violation in zip(details, violations, strict=False)
    ]
    return "\n".join(lines)


def place(detail: ErrorDetails) -> tuple[int | str, ...]:
    """Return the path to what is wrong; what disagrees with another part says itself where it is."""
    error = detail.get("ctx", {}).get("error")
    return (*detail["loc"], *error.place) if isinstance(error, Disagreement) else detail["loc"]


def line_of(node: Node | None, place: Sequence[int | str]) -> int:
    """Follow the path as far as the file goes; return the line, counted from one."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in place:
        if node is None:
            break
        node, line = _step(node, step, line)
    return line


def _step(node: Node, step: int | str, line: int) -> tuple[Node | None, int]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: Node = node.value[step]
        return item, item.start_mark.line + 1
    return None, line
