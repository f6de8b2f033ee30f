"""Spans in the order of who called whom, with the time that each of them took; finds those whose caller is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forebay_client.receiver.spans import Span

MILLISECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """A span and what it called, in order of time."""

    span: Span
    children: tuple[Node, ...]

    @property
    def duration_ms(self) -> float:
        """Milliseconds from start to end."""
        return max(0, self.span.end_ns - self.span.start_ns) / MILLISECOND

    @property
    def own_ms(self) -> float:
        """Milliseconds in which none of its children ran."""
        return self.duration_ms - covered(self.span, [child.span for child in self.children]) / MILLISECOND

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Yield the node and all below it with their depth, parents before children."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Tree:
    """The spans of one trace."""

    roots: tuple[Node, ...]
    """Spans without a parent."""
    orphans: tuple[Node, ...]
    """Spans that name a parent which is not there, and what they called."""

    def walk(self) -> Iterator[tuple[int, Node]]:
        """Yield every node with its depth: first what hangs together, then the orphans."""
        for node in (*self.roots, *self.orphans):
            yield from node.walk()


def covered(span: Span, inner: Iterable[Span]) -> int:
    """Return the nanoseconds of the span in which at least one of the inner ones ran."""
    total, reached = 0, span.start_ns
    for one in sorted(inner, key=lambda one: one.start_ns):
        start, end = max(one.start_ns, reached), min(one.end_ns, span.end_ns)
        if end > start:
            total, reached = total + end - start, end
    return total


def tree(spans: Iterable[Span]) -> Tree:
    """Order the spans of one trace; a span that was delivered twice counts once, a circle of parents is an orphan."""
    known = {span.span_id: span for span in spans}
    calls: defaultdict[str, list[Span]] = defaultdict(list)
    for span in known.values():
        calls[span.parent_id].append(span)
    roots = tuple(grown(span, calls) for span in in_time(calls[""]))
    lost = [span for span in known.values() if span.parent_id and span.parent_id not in known]
    orphans = [grown(span, calls) for span in in_time(lost)]
    seen = {node.span.span_id for top in (*roots, *orphans) for _, node in top.walk()}
    circles = broken({key: span for key, span in known.items() if key not in seen}, calls)
    return Tree(roots, (*orphans, *circles))


def broken(left: Mapping[str, Span], calls: Mapping[str, list[Span]]) -> Iterator[Node]:
    """Cut circles open at their earliest span."""
    remaining = dict(left)
    while remaining:
        first = in_time(remaining.values())[0]
        node = grown(first, {key: [span for span in some if span is not first] for key, some in calls.items()})
        for _, one in node.walk():
            remaining.pop(one.span.span_id, None)
        yield node


def grown(span: Span, calls: Mapping[str, list[Span]]) -> Node:
    """Return the span with everything below it."""
    below = in_time(calls.get(span.span_id, ()))
    return Node(span, tuple(grown(child, calls) for child in below))


def in_time(spans: Iterable[Span]) -> list[Span]:
    """Sort by start; of two that start together the longer one comes first."""
    return sorted(spans, key=lambda span: (span.start_ns, -span.end_ns, span.span_id))
