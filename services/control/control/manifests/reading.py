"""Reads what is to be applied, and says which line is wrong. Values are not echoed: one may be a secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError

from chassis.errors import InvalidArgument, NotFound
from chassis.fields import Line
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.loading import line_of, place
from chassis.validation import MOST_VIOLATIONS, invalid
from control.manifests.yaml import BadYaml, Document, documents
from control.resources.kinds import kind_of
from control.resources.specs import part, spec_of
from control.resources.words import Ref, Spec


class BadManifest(InvalidArgument):
    """The manifest cannot be applied; the message has file and line of each mistake."""


class _Header(Frozen):
    """What each document has."""

    kind: Annotated[Line, Field(max_length=64)]
    name: Annotated[Line, Field(max_length=128)] | None = None
    """None is for kinds of which there is one."""

    spec: dict[str, Any] = Field(default={})
    version: Annotated[int, Field(ge=1, lt=2**63)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One resource as a manifest has it."""

    ref: Ref
    spec: Spec
    version: int | None
    """The version that the resource must have; None: any."""

    document: Document

    def line(self, *path: int | str) -> int:
        """Return the line of that place in the document."""
        return line_of(self.document.node, path)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is declared, and how the file is called."""

    file: str
    declared: Sequence[Declared]

    def refuse(self, line: int, why: str) -> BadManifest:
        """Return the failure of that line."""
        return BadManifest(f"{self.file}:{line}: {why}")


def read(text: bytes, file: str) -> Manifest:
    """Return what the manifest declares; raise `BadManifest` with every mistake in it, up to a few."""
    try:
        found = documents(text)
    except BadYaml as failure:
        raise BadManifest(f"{file}:{failure.line}: {failure}") from None
    declared, mistakes = [], []
    for document in found:
        try:
            declared.append(_declared(document))
        except _Mistakes as failure:
            mistakes += [f"{file}:{line}: {why}" for line, why in failure.found]
    mistakes += [f"{file}:{one.line('name')}: {one.ref} is declared twice" for one in _again(declared)]
    if mistakes:
        raise BadManifest("\n".join(mistakes[:MOST_VIOLATIONS]))
    return Manifest(file, declared)


class _Mistakes(Exception):
    def __init__(self, *found: tuple[int, str]) -> None:
        super().__init__(found)
        self.found = found


def _declared(document: Document) -> Declared:
    if not isinstance(document.values, dict):
        raise _Mistakes((document.line, "must be a mapping with kind, name and spec"))
    try:
        header = _Header.model_validate(document.values)
    except ValidationError as failure:
        raise _mistakes(document, failure) from None
    try:
        kind = kind_of(header.kind)
    except NotFound as failure:
        raise _Mistakes((line_of(document.node, ("kind",)), failure.message)) from None
    name = "default" if header.name is None and kind.single else header.name
    if name is None:
        raise _Mistakes((document.line, "name is required"))
    try:
        made = part(kind, name, header.spec, 0)
    except ValidationError as failure:
        raise _mistakes(document, failure, _Outside(kind.named(name).keys(), header.spec.keys())) from None
    keep = frozenset(header.spec) if kind.free else frozenset[str]()
    spec = spec_of(kind, name, made, keep=keep)
    return Declared(ref=Ref(kind.name, name), spec=spec, version=header.version, document=document)


class _Outside(NamedTuple):
    """What the name of a resource says, and what its spec does."""

    named: AbstractSet[str]
    said: AbstractSet[str]

    def path(self, path: tuple[int | str, ...]) -> tuple[int | str, ...]:
        """Return where in the document it is that pydantic means."""
        within = path and (path[0] not in self.named or path[0] in self.said)
        return ("spec", *path) if within else ("name",)


def _mistakes(document: Document, failure: ValidationError, outside: _Outside | None = None) -> _Mistakes:
    violations, found = invalid(failure).violations, []
    for detail, violation in zip(failure.errors(include_url=False), violations, strict=False):
        path = place(detail) if outside is None else outside.path(place(detail))
        label = ".".join(map(str, path)) or "document"
        found.append((line_of(document.node, path), f"{label} {violation.why}"))
    return _Mistakes(*found)


def _again(declared: Sequence[Declared]) -> Iterator[Declared]:
    seen: set[Ref] = set()
    for one in declared:
        if one.ref in seen:
            yield one
        seen.add(one.ref)
