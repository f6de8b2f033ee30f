"""Which contracts can be declared."""

from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from ingestion.contracts.patterns import fits, flaw
from ingestion.contracts.words import Contract
from ingestion.quality.langid import NO_LANGUAGE, LangidDetector


@pytest.mark.parametrize(
    ("contract", "complaint"),
    [
        ({"fields": {"a": {"minimum": 1}}}, "for numbers"),
        ({"fields": {"a": {"type": "number", "minimum": 2, "maximum": 1}}}, "at most maximum"),
        ({"fields": {"a": {"type": "number", "minimum": "nan"}}}, "finite"),
        ({"fields": {"a": {"type": "number", "pattern": "x"}}}, "for strings"),
        ({"fields": {"a": {"type": "datetime", "allowed": ["x"]}}}, "for strings and numbers"),
        ({"fields": {"a": {"type": "number", "allowed": ["x"]}}}, "must be numbers"),
        ({"fields": {"a": {"type": "colour"}}}, "type"),
        ({"fields": {"a": {"pattern": "("}}}, "unclosed group"),
        ({"fields": {"a": {"pattern": "x)|(y"}}}, "unopened group"),
        ({"fields": {"a": {"pattern": "(?=x)"}}}, "look-around"),
        ({"fields": {"a": {"pattern": r"(x)\1"}}}, "backreferences"),
        ({"fields": {"a": {"pattern": r"(?:\w{1,100}){100}"}}}, "size limit"),
        ({"fields": {"a": {"pattern": "x" * 201}}}, "200"),
        ({"fields": {"": {}}}, "blank"),
        ({"fields": {"a\nb": {}}}, "one line"),
        ({"fields": {str(number): {} for number in range(65)}}, "64"),
        ({"maximum_age": {"field": "at", "days": 3}}, "declared as a datetime"),
        ({"fields": {"at": {}}, "maximum_age": {"field": "at", "days": 3}}, "declared as a datetime"),
        ({"fields": {"at": {"type": "datetime"}}, "maximum_age": {"field": "at", "days": 0}}, "greater"),
        ({"languages": ["klingon"]}, "ISO 639-1"),
        ({"minimum_characters": 5, "maximum_characters": 4}, "at most maximum_characters"),
        ({"personal_data": "hide"}, "ignore"),
        ({"personal_kinds": ["shoe"]}, "email"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused(contract, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Contract.model_validate(contract)


def test_a_contract_survives_being_written_down():
    contract = Contract.model_validate(
        {
            "fields": {"at": {"type": "datetime", "required": True}, "n": {"type": "number", "minimum": -1}},
            "maximum_age": {"field": "at", "days": 30},
            "languages": ["en", "de"],
            "personal_data": "quarantine",
            "personal_kinds": ["iban"],
        }
    )

    assert Contract.model_validate_json(contract.model_dump_json()) == contract


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)+", "(a*)*b", "([a-z]+)*x", "(?:a?){200}"])
def test_no_pattern_takes_long_whatever_the_text(pattern):
    assert flaw(pattern) == ""
    before = time.perf_counter()

    assert not fits(pattern, "a" * 1023 + "!")

    # Python's own engine would need longer than the universe has been there.
    assert time.perf_counter() - before < 5


def test_the_languages_that_may_be_listed_are_those_that_the_model_tells():
    detector = LangidDetector()

    from ingestion.contracts.languages import KNOWN

    assert set(detector.languages("any text at all")) == KNOWN
    assert NO_LANGUAGE not in KNOWN
