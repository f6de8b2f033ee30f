"""How urgent a request says that it is, and how urgent its policy lets it be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.errors import InvalidArgument
from chassis.snapshot import Priority

_ORDER: Final = tuple(Priority)


def wanted(asked: Sequence[str], highest: Priority) -> Priority:
    """Return the priority of a request that sent these values of `forebay-priority`; raise `InvalidArgument`.

    A request may ask for less than its policy grants. Asking for more is no mistake, and changes nothing.
    """
    if not asked:
        return highest
    try:
        priority = Priority(asked[-1])
    except ValueError:
        raise InvalidArgument(f"forebay-priority must be one of {', '.join(_ORDER)}") from None
    return max(priority, highest, key=_ORDER.index)
