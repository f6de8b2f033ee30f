"""What a contract finds wrong with a document's metadata."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingestion.contracts.findings import Rule
from ingestion.contracts.metadata import broken
from ingestion.contracts.words import Contract

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def found(contract, given, own=None):
    return [
        (finding.rule, finding.field) for finding in broken(Contract.model_validate(contract), given, own or {}, NOW)
    ]


@pytest.mark.parametrize(
    ("demand", "value", "rule"),
    [
        ({"required": True}, "", Rule.REQUIRED),
        ({"required": True}, "  ", Rule.REQUIRED),
        ({"type": "number"}, "many", Rule.TYPE),
        ({"type": "number"}, "nan", Rule.TYPE),
        ({"type": "number"}, "1e999", Rule.TYPE),
        ({"type": "boolean"}, "yes", Rule.TYPE),
        ({"type": "datetime"}, "last week", Rule.TYPE),
        ({"type": "datetime"}, "2026-02-30", Rule.TYPE),
        ({"allowed": ["draft", "final"]}, "Final", Rule.ALLOWED),
        ({"type": "number", "allowed": ["1", "2"]}, "3", Rule.ALLOWED),
        ({"type": "number", "minimum": 0}, "-0.1", Rule.RANGE),
        ({"type": "number", "maximum": 1}, "1.1", Rule.RANGE),
        ({"pattern": "[A-Z]{2}-[0-9]+"}, "xAB-1", Rule.PATTERN),
        ({"pattern": "a|b"}, "ab", Rule.PATTERN),
    ],
)
def test_what_breaks_a_demand_is_found(demand, value, rule):
    assert found({"fields": {"it": demand}}, {"it": value}) == [(rule, "metadata.it")]


@pytest.mark.parametrize(
    ("demand", "value"),
    [
        ({}, ""),
        ({"type": "number", "minimum": 0, "maximum": 1}, "1"),
        ({"type": "number", "allowed": ["1"]}, "1.0"),
        ({"type": "boolean"}, "True"),
        ({"type": "datetime"}, "2026-02-28"),
        ({"type": "datetime"}, "2026-02-28T10:00:00Z"),
        ({"allowed": ["draft", "final"]}, "final"),
        ({"pattern": "[A-Z]{2}-[0-9]+"}, "AB-12"),
    ],
)
def test_what_keeps_to_a_demand_passes(demand, value):
    assert found({"fields": {"it": demand}}, {"it": value}) == []


def test_the_caller_is_believed_before_the_document():
    contract = {"fields": {"status": {"allowed": ["final"]}}}

    assert found(contract, {}, {"status": "final"}) == []
    assert found(contract, {"status": "draft"}, {"status": "final"}) == [(Rule.ALLOWED, "metadata.status")]


def test_fields_that_are_not_declared_are_found_when_the_contract_refuses_them():
    contract = {"fields": {"known": {}}, "undeclared": "refuse"}

    assert found(contract, {"known": "1", "other": "2"}, {"generator": "3"}) == [(Rule.UNDECLARED, "metadata.other")]
    assert found({"fields": {"known": {}}}, {"other": "2"}) == []


def test_the_marks_of_a_sync_need_not_be_declared():
    marks = {"forebay.source": "git+git@host:team/book", "forebay.version": "1"}

    assert found({"undeclared": "refuse"}, marks) == []
    assert found({"undeclared": "refuse"}, {"forebay.other": "x"}) == [(Rule.UNDECLARED, "metadata.forebay.other")]


@pytest.mark.parametrize(("written", "old"), [("2026-05-03", False), ("2026-05-01", True), ("2027-01-01", False)])
def test_a_document_that_is_too_old_is_found(written, old):
    contract = {"fields": {"at": {"type": "datetime"}}, "maximum_age": {"field": "at", "days": 30}}

    assert found(contract, {"at": written}) == ([(Rule.AGE, "metadata.at")] if old else [])


def test_no_reason_holds_the_value():
    contract = Contract.model_validate(
        {"fields": {"a": {"type": "number"}, "b": {"allowed": ["x"]}, "c": {"pattern": "x"}, "d": {"type": "boolean"}}}
    )

    reasons = [finding.why for finding in broken(contract, dict.fromkeys("abcd", "s3cret"), {}, NOW)]

    assert len(reasons) == 4
    assert not any("s3cret" in why for why in reasons)
