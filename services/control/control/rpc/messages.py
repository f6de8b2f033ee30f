"""Resources, changes and revisions as messages, and requests of them, checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Final

from forebay.control.v1alpha1 import control_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel, Field

from chassis.fields import AnyText, Line
from chassis.validation import checked
from control.changing.changes import Wish
from control.resources.kinds import kind_of
from control.resources.words import Action, Change, Ref, Resource, Revision, Spec

USUAL: Final = 100
ACTIONS: Final[Mapping[Action, pb.Action.ValueType]] = MappingProxyType(
    {
        Action.CREATED: pb.ACTION_CREATED,
        Action.CHANGED: pb.ACTION_CHANGED,
        Action.DELETED: pb.ACTION_DELETED,
    }
)
Version = Annotated[int, Field(ge=0)]
Name = Annotated[AnyText, Field(max_length=128)]


class _Apply(BaseModel):
    file: Annotated[Line, Field(max_length=255)]
    expected_version: Version


class _Ref(BaseModel):
    kind: Name
    name: Name


class _Revisions(_Ref):
    before: Version
    limit: Annotated[int, Field(ge=0, le=1000)]


def wish(request: pb.ApplyRequest) -> Wish:
    """Return what is to be applied; the manifest itself is checked where it is read."""
    fields = checked(_Apply, file=request.file or "manifest", expected_version=request.expected_version)
    return Wish(
        manifest=request.manifest,
        file=fields.file,
        dry_run=request.dry_run,
        prune=request.prune,
        expected=fields.expected_version,
    )


def ref(request: pb.ListResourcesRequest | pb.DeleteResourceRequest | pb.ListRevisionsRequest) -> Ref:
    """Return which resources are meant; what is empty stays so. Raise `NotFound` for a kind that there is not."""
    fields = checked(_Ref, kind=request.kind, name=request.name)
    return Ref(kind_of(fields.kind).name if fields.kind else "", fields.name)


def page(request: pb.ListRevisionsRequest) -> tuple[Ref, int, int]:
    """Return of what, before which version and how many revisions are wanted."""
    fields = checked(_Revisions, kind=request.kind, name=request.name, before=request.before, limit=request.limit)
    return ref(request), fields.before, fields.limit or USUAL


def resource(one: Resource) -> pb.Resource:
    """Return a resource as a message."""
    return pb.Resource(
        kind=one.ref.kind,
        name=one.ref.name,
        spec=_json(one.spec),
        version=one.version,
        change_time=None if one.changed is None else moment(one.changed),
    )


def change(one: Change) -> pb.Change:
    """Return a change as a message."""
    return pb.Change(
        kind=one.ref.kind,
        name=one.ref.name,
        action=ACTIONS[one.action],
        before=_json(one.before),
        after=_json(one.after),
    )


def revision(one: Revision) -> pb.Revision:
    """Return a revision as a message."""
    return pb.Revision(
        version=one.version,
        time=moment(one.at),
        actor=one.author.key_id,
        tenant=one.author.tenant,
        changes=[change(each) for each in one.changes],
    )


def moment(at: datetime) -> Timestamp:
    """Return a moment as a message."""
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


def _json(spec: Spec | None) -> str:
    if spec is None:
        return ""
    plain: dict[str, Any] = dict(spec)
    return json.dumps(plain, ensure_ascii=False)
