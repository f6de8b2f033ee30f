"""The one file that reads YAML: in bounded time and memory, and with the line of everything.

Anchors are refused: they are where a few lines become gigabytes. Numbers are short: long ones take minutes to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MOST_BYTES: Final = 1024 * 1024
MOST_EVENTS: Final = 200_000
DEEPEST: Final = 32
LONGEST_NUMBER: Final = 64

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadYaml(ValueError):
    """The text cannot be read; `line` is counted from one."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its values, and the nodes that know their lines."""

    values: Any
    node: Node

    @property
    def line(self) -> int:
        """The line on which it begins, counted from one."""
        return int(self.node.start_mark.line) + 1


def documents(text: bytes) -> list[Document]:
    """Return the documents that say something; raise `BadYaml`."""
    if len(text) > MOST_BYTES:
        raise BadYaml(1, f"must have at most {MOST_BYTES} bytes")
    try:
        decoded = text.decode()
    except UnicodeDecodeError as failure:
        raise BadYaml(text.count(b"\n", 0, failure.start) + 1, "must be UTF-8") from None
    try:
        _bounded(decoded)
        return [_document(node) for node in yaml.compose_all(decoded, Loader=_LOADER) if not _empty(node)]
    except yaml.MarkedYAMLError as failure:
        line = failure.problem_mark.line + 1 if failure.problem_mark else 1
        raise BadYaml(line, failure.problem or "cannot be read") from None
    except (yaml.YAMLError, ValueError, OverflowError) as failure:
        if isinstance(failure, BadYaml):
            raise
        raise BadYaml(1, "holds what YAML does not allow") from None


def _bounded(text: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise BadYaml(line, "anchors and aliases are not taken: write it out")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise BadYaml(line, f"is nested deeper than {DEEPEST}")
        if count > MOST_EVENTS:
            raise BadYaml(line, f"has more than {MOST_EVENTS // 2} values")


def _empty(node: Node | None) -> bool:
    return node is None or (isinstance(node, ScalarNode) and not node.value)


def _document(node: Node) -> Document:
    for mapping in _mappings(node):
        _once(mapping)
    return Document(_Constructor().construct_document(node), node)


def _mappings(node: Node) -> Iterator[MappingNode]:
    if isinstance(node, MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _mappings(item)


def _once(mapping: MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in mapping.value:
        if not isinstance(key, ScalarNode):
            raise BadYaml(key.start_mark.line + 1, "must have text as its keys")
        if key.value in seen:
            raise BadYaml(key.start_mark.line + 1, f"says {key.value[:64]!r} twice")
        seen.add(key.value)


class _Constructor(SafeConstructor):
    """Makes values; a number of thousands of digits is none."""

    def construct_scalar(self, node: ScalarNode | MappingNode) -> Any:
        if node.tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"} and len(node.value) > LONGEST_NUMBER:
            raise ConstructorError(None, None, f"a number has at most {LONGEST_NUMBER} digits", node.start_mark)
        return super().construct_scalar(node)
