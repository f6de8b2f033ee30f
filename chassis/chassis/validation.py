"""Checks what came from outside, and says what is wrong with it field by field.

A servicer hands the fields of a message to a pydantic model that holds the limits. What breaks one is answered by
`InvalidArgument`, whose violations name each field. A value is never echoed: it may be huge, or a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chassis.errors import InvalidArgument, Violation

M = TypeVar("M", bound=BaseModel)

MOST_VIOLATIONS: Final = 20
"""The most violations that one answer lists; a caller mends a few and asks again."""

_WORDS: Final[Mapping[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "bytes_too_short": "must have at least {min_length} bytes",
    "bytes_too_long": "must have at most {max_length} bytes",
    "too_short": "must have at least {min_length} {things}",
    "too_long": "must have at most {max_length} {things}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "finite_number": "must be a finite number",
    "string_pattern_mismatch": "must match {pattern}",
    "string_unicode": "must be valid UTF-8",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "value_error": "{error}",
    **dict.fromkeys(("string_type", "bytes_type"), "must be text"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "must be a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "mapping_type"), "must be a mapping"),
    **dict.fromkeys(("uuid_type", "uuid_parsing"), "must be a UUID"),
}
"""What each of pydantic's complaints is called here; the rest keep pydantic's sentence, which holds no value."""


def checked(model: type[M], /, **fields: Any) -> M:
    """Return the model made of the fields; raise `InvalidArgument` that names what is wrong."""
    try:
        return model(**fields)
    except ValidationError as failure:
        raise invalid(failure) from None


def invalid(failure: ValidationError) -> InvalidArgument:
    """Turn what pydantic says into what a caller reads."""
    details = failure.errors(include_url=False)
    violations = tuple(Violation(_path(detail), _why(detail)) for detail in details[:MOST_VIOLATIONS])
    return InvalidArgument(_summary(violations, len(details)), violations=violations)


def _summary(violations: tuple[Violation, ...], count: int) -> str:
    first = violations[0]
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"{first.field} {first.why}{more}"


def _path(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"]) or "request"


def _why(detail: ErrorDetails) -> str:
    words = _WORDS.get(detail["type"])
    if words is None:
        return detail["msg"][:200]
    things = "characters" if isinstance(detail["input"], str) else "items"
    return words.format_map({"things": things, **detail.get("ctx", {})})[:200]
