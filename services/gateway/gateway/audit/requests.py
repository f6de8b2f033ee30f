"""The limits of what is asked about records, with the names of the fields as the client wrote them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chassis.fields import AnyText

Hexadecimal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Tenant = Annotated[AnyText, Field(max_length=64)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Record(_Request):
    """Of GetRecord."""

    id: Hexadecimal


class Anchor(_Request):
    """The head of a chain."""

    writer: Hexadecimal
    sequence: Annotated[int, Field(ge=0)]
    hash: Digest


class Verification(_Request):
    """Of VerifyRecords."""

    anchors: Annotated[list[Anchor], Field(max_length=100_000)]


class Erasure(_Request):
    """Of EraseTexts."""

    ids: Annotated[list[Hexadecimal], Field(max_length=1000)]
    key: Annotated[AnyText, Field(max_length=512)]
    tenant: Tenant

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.ids) == bool(self.key):
            raise ValueError("must name either ids or a key")
        return self


class Usage(_Request):
    """Of GetUsage."""

    tenant: Tenant
    by: Annotated[list[Annotated[int, Field(ge=1, le=6)]], Field(max_length=6)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.by)) != len(self.by):
            raise ValueError("must sum by each part once")
        return self
