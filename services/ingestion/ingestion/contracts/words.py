"""What may be demanded: a contract, as it is declared and kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chassis.fields import AnyText, Line
from ingestion.contracts.languages import KNOWN
from ingestion.contracts.patterns import flaw
from ingestion.contracts.values import Type, number

__all__ = ["Contract", "Demand", "FieldName", "MaximumAge", "PersonalKind", "Policy"]

FieldName = Annotated[Line, Field(max_length=64)]


class Policy(StrEnum):
    """What becomes of a document that is found wanting in some way."""

    IGNORE = "ignore"
    """It is not looked for."""

    REPORT = "report"
    """It is told with the acknowledgement, and counted."""

    QUARANTINE = "quarantine"
    """The document is held back."""


class PersonalKind(StrEnum):
    """Personal data that can be told by its form."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    IP_ADDRESS = "ip_address"
    US_SSN = "us_ssn"


def _readable(pattern: str) -> str:
    if pattern and (why := flaw(pattern)):
        raise ValueError(f"is no regular expression that is understood here: {why}")
    return pattern


def _known(language: str) -> str:
    if language not in KNOWN:
        raise ValueError("is no language that can be told here; write it as ISO 639-1 does, such as en")
    return language


Language = Annotated[str, AfterValidator(_known)]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Demand(_Words):
    """What one field of the metadata must be."""

    type: Type = Type.STRING
    required: bool = False

    allowed: Annotated[tuple[Annotated[AnyText, Field(max_length=1024)], ...], Field(max_length=256)] = ()
    """The only values; empty for any. Numbers are compared as numbers."""

    minimum: Annotated[float | None, Field(allow_inf_nan=False)] = None
    maximum: Annotated[float | None, Field(allow_inf_nan=False)] = None
    """The least and the greatest number."""

    pattern: Annotated[str, Field(max_length=200), AfterValidator(_readable)] = ""
    """A regular expression that the whole text must match, without look-around and back references; empty for any."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type is not Type.NUMBER and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum are for numbers")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum must be at most maximum")
        if self.pattern and self.type is not Type.STRING:
            raise ValueError("a pattern is for strings")
        if self.allowed and self.type not in {Type.STRING, Type.NUMBER}:
            raise ValueError("allowed values are for strings and numbers")
        if self.type is Type.NUMBER and any(number(value) is None for value in self.allowed):
            raise ValueError("allowed values of a number must be numbers")
        return self


class MaximumAge(_Words):
    """How old a document may be, by a date in its metadata."""

    field: FieldName
    days: Annotated[float, Field(gt=0, le=36_500)]


class Contract(_Words):
    """All that a corpus demands. The default demands nothing, and reports what looks wrong."""

    fields: Annotated[dict[FieldName, Demand], Field(max_length=64)] = Field(default_factory=dict)

    undeclared: Literal["allow", "refuse"] = "allow"
    """Whether metadata may hold fields that are not declared."""

    maximum_age: MaximumAge | None = None

    languages: Annotated[tuple[Language, ...], Field(max_length=64)] = ()
    """The languages that documents may be in, as ISO 639-1 writes them; empty for any."""

    minimum_characters: Annotated[int, Field(ge=0, le=8_000_000)] = 0
    maximum_characters: Annotated[int, Field(ge=0, le=8_000_000)] = 0
    """Of the extracted text; 0 sets no limit."""

    personal_data: Policy = Policy.IGNORE
    personal_kinds: Annotated[tuple[PersonalKind, ...], Field(max_length=16)] = ()
    """Which kinds are looked for; empty for all."""

    encoding: Policy = Policy.REPORT
    """Text that was damaged by reading it in the wrong encoding."""

    size_outliers: Policy = Policy.REPORT
    """Documents of a length that is far from the others'."""

    near_duplicates: Policy = Policy.REPORT
    """Documents that say nearly the same as another one of the corpus."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.maximum_characters and self.minimum_characters > self.maximum_characters:
            raise ValueError("minimum_characters must be at most maximum_characters")
        age = self.maximum_age
        if age and (age.field not in self.fields or self.fields[age.field].type is not Type.DATETIME):
            raise ValueError("maximum_age needs a field that is declared as a datetime")
        return self
