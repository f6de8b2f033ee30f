"""Requests of keys in, checked; keys out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from forebay.control.v1alpha1 import keys_pb2 as pb
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.fields import Group, Name
from chassis.snapshot import Key
from chassis.validation import checked
from control.keys.keeping import NewKey

KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
Lifetime = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=3660))]
Grace = Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=90))]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class _Create(_Model):
    id: KeyId | None
    tenant: Name | None
    roles: Annotated[frozenset[Name], Field(min_length=1, max_length=16)]
    groups: Annotated[frozenset[Group], Field(max_length=64)]
    lifetime: Lifetime | None


class _List(_Model):
    tenant: Name | None


class _Named(_Model):
    id: KeyId


class _Rotate(_Named):
    grace: Grace


def wanted(request: pb.CreateKeyRequest) -> NewKey:
    """Return the key that is wanted; raise `InvalidArgument`."""
    fields = checked(
        _Create,
        id=request.id or None,
        tenant=request.tenant or None,
        roles=list(request.roles),
        groups=list(request.groups),
        lifetime=_span(request.lifetime) if request.HasField("lifetime") else None,
    )
    return NewKey(
        id=fields.id or "",
        tenant=fields.tenant or "",
        roles=fields.roles,
        groups=fields.groups,
        lifetime=fields.lifetime,
    )


def tenant(request: pb.ListKeysRequest) -> str:
    """Return whose keys are wanted; empty is all."""
    return checked(_List, tenant=request.tenant or None).tenant or ""


def rotated(request: pb.RotateKeyRequest) -> tuple[str, timedelta]:
    """Return the key's id, and how long its present secret is good yet."""
    fields = checked(_Rotate, id=request.id, grace=_span(request.grace))
    return fields.id, fields.grace


def revoked(request: pb.RevokeKeyRequest) -> str:
    """Return the key's id."""
    return checked(_Named, id=request.id).id


def message(key: Key, changed: datetime | None = None) -> pb.Key:
    """Return what is told of a key: nothing of its secrets, not even digests."""
    return pb.Key(
        id=key.id,
        tenant=key.tenant,
        roles=sorted(key.roles),
        groups=sorted(key.groups),
        expire_time=_moment(key.expires),
        former_expire_time=_moment(None if key.former is None else key.former.until),
        change_time=_moment(changed),
    )


def _span(duration: Duration) -> timedelta | float:
    """Return the duration; one beyond what a computer can add up is infinite, which no limit allows."""
    try:
        return duration.ToTimedelta()
    except (OverflowError, ValueError):
        return float("inf")


def _moment(at: datetime | None) -> Timestamp | None:
    if at is None:
        return None
    moment = Timestamp()
    moment.FromDatetime(at)
    return moment
