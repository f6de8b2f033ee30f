"""Holds a document's metadata against the fields that a contract declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from ingestion.contracts.findings import Finding, Rule
from ingestion.contracts.patterns import fits
from ingestion.contracts.values import Type, moment, number, readable
from ingestion.contracts.words import Contract, Demand, MaximumAge

__all__ = ["MARKS", "broken"]

MARKS: Final = frozenset({"forebay.source", "forebay.version"})
"""What `forebay sync` writes beside the caller's own metadata: an address and a version, declared by nobody."""

_ARTICLES = {Type.NUMBER: "a number", Type.BOOLEAN: "true or false", Type.DATETIME: "a date or a time as in ISO 8601"}


def broken(contract: Contract, given: Mapping[str, str], own: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """Yield what does not keep to the contract.

    `given` is what the caller says about the document, `own` what the document says about itself; the caller wins.
    """
    for name, demand in contract.fields.items():
        value = given.get(name, own.get(name, "")).strip()
        if value:
            yield from _wrong(name, value, demand)
        elif demand.required:
            yield _finding(Rule.REQUIRED, name, "is required")
    if contract.undeclared == "refuse":
        for name in sorted(given.keys() - contract.fields.keys() - MARKS):
            yield _finding(Rule.UNDECLARED, name, "is not declared in the corpus's contract")
    if contract.maximum_age:
        age = contract.maximum_age
        yield from _too_old(age, given.get(age.field, own.get(age.field, "")), now)


def _wrong(name: str, value: str, demand: Demand) -> Iterator[Finding]:
    if not readable(demand.type, value):
        yield _finding(Rule.TYPE, name, f"must be {_ARTICLES[demand.type]}")
        return
    if demand.allowed and not _is_allowed(value, demand):
        yield _finding(Rule.ALLOWED, name, "is none of the values that are allowed")
    if demand.pattern and not fits(demand.pattern, value):
        yield _finding(Rule.PATTERN, name, "does not match the pattern of the contract")
    if demand.type is Type.NUMBER:
        yield from _out_of_range(name, number(value) or 0.0, demand)


def _is_allowed(value: str, demand: Demand) -> bool:
    if demand.type is Type.NUMBER:
        return number(value) in {number(one) for one in demand.allowed}
    return value in demand.allowed


def _out_of_range(name: str, value: float, demand: Demand) -> Iterator[Finding]:
    if demand.minimum is not None and value < demand.minimum:
        yield _finding(Rule.RANGE, name, f"must be at least {demand.minimum:g}")
    if demand.maximum is not None and value > demand.maximum:
        yield _finding(Rule.RANGE, name, f"must be at most {demand.maximum:g}")


def _too_old(age: MaximumAge, value: str, now: datetime) -> Iterator[Finding]:
    written = moment(value)
    # One that is missing or unreadable breaks what is demanded of the field, if it does.
    if written is not None and now - written > timedelta(days=age.days):
        yield _finding(Rule.AGE, age.field, f"is more than {age.days:g} days ago")


def _finding(rule: Rule, name: str, why: str) -> Finding:
    return Finding(rule, f"metadata.{name}", why)
