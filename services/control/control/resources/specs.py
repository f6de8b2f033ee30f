"""A spec becomes a part of a snapshot, and a part of a snapshot becomes a spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, to_jsonable_python

from chassis.fields import Name
from chassis.snapshot.frozen import Frozen
from control.resources.kinds import Kind
from control.resources.words import Ref, Spec

_NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, Name])


def part(kind: Kind, name: str, spec: Spec, version: int) -> Frozen:
    """Return the part of the snapshot; raise `ValidationError` whose places are those in the spec.

    A list of prices without a version has that of the whole at which it changed.
    """
    named = kind.named(name)
    if kind.free or kind.single:
        _label(kind, name)
    elif said := named.keys() & spec.keys():
        raise _refused(f"is what the resource's name says: leave it out, as {kind.name} {name}", min(said))
    numbered = {"version": version} if kind.single else {}
    return kind.model.model_validate({**numbered, **named, **spec})


def spec_of(kind: Kind, name: str, made: Frozen, *, keep: frozenset[str] = frozenset()) -> Spec:
    """Return what the part says, without what is the default or said by the name; the same each time.

    `keep` are fields that were said though the name says them.
    """
    named = kind.named(name)
    fields = made.model_dump(exclude_defaults=True)
    left = {key: value for key, value in fields.items() if key not in named or key in keep}
    return {key: _plain(value) for key, value in left.items()}


def ref_of(kind: Kind, made: Frozen) -> Ref:
    """Return the name of a part of a snapshot as a resource."""
    return Ref(kind.name, kind.naming(made))


def _label(kind: Kind, name: str) -> None:
    if kind.single and name != "default":
        raise _refused(f"there is one {kind.name} alone, called default", "")
    try:
        _NAME.validate_python(name)
    except ValidationError:
        raise _refused("must have lower-case letters, digits, dots and dashes, at most 63", "") from None


def _refused(why: str, field: str) -> ValidationError:
    """Return the failure of one field; an empty field is the resource's name."""
    problem = PydanticCustomError("refused", "{why}", {"why": why})
    return ValidationError.from_exception_data(
        "resource", [{"type": problem, "loc": (field,) if field else (), "input": None}], hide_input=True
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return to_jsonable_python(value)
