"""In which order the parts start, and stop."""

from __future__ import annotations

from collections.abc import Sequence

from forebay_client.stack.part import Part


def layers(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts in groups: each needs only what stands in groups before its own.

    Raises ValueError when a name occurs twice, a need is not there, or parts need each other in a circle.
    """
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise ValueError(f"two parts have the same name: {sorted(names)}")
    unknown = {need for part in parts for need in part.needs} - set(names)
    if unknown:
        raise ValueError(f"needed, but not there: {sorted(unknown)}")
    groups: list[list[Part]] = []
    placed: set[str] = set()
    while len(placed) < len(names):
        group = [part for part in parts if part.name not in placed and part.needs <= placed]
        if not group:
            raise ValueError(f"these need each other in a circle: {sorted(set(names) - placed)}")
        groups.append(group)
        placed |= {part.name for part in group}
    return groups


def dependents(parts: Sequence[Part], name: str) -> list[Part]:
    """Return the parts that need this one; they stop before it does."""
    return [part for part in parts if name in part.needs]
