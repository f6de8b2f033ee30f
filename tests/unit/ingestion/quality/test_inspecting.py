"""All rules of a contract over one document."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from ingestion.contracts.findings import Rule
from ingestion.contracts.words import Contract
from ingestion.parsing.document import Block, Kind, Parsed
from ingestion.quality.inspecting import Inspected, inspect
from ingestion.quality.sizes import Sizes


class German:
    def languages(self, text):
        return {"de": 0.99, "en": 0.01}


def looked_at(text, **contract):
    block = Block(kind=Kind.PARAGRAPH, headings=(), start=0, end=len(text), lead=0)
    one = Inspected(
        parsed=Parsed(title="t", text=text, blocks=(block,), mime="text/plain"),
        title="by jo@mail.org",
        metadata={"owner": "ann@mail.org", "forebay.source": "git+git@host.org:team/book"},
        now=datetime(2026, 6, 1, tzinfo=UTC),
        usual=Sizes(documents=100, mean=math.log(100_000), deviation=0.3),
    )
    found = inspect(one, Contract.model_validate(contract), German())
    return [(finding.rule, finding.field, finding.holds_back) for finding in found]


TEXT = "Die Turbine bleibt stehen, wenn das Wasser sinkt. Ãœbung, schÃ¶n, grÃ¼n und " + "weiter " * 20


def test_without_a_contract_nothing_holds_a_document_back_and_what_looks_wrong_is_told():
    assert looked_at(TEXT) == [(Rule.ENCODING, "content", False), (Rule.SIZE_OUTLIER, "content", False)]


def test_what_a_policy_ignores_is_not_told():
    assert looked_at(TEXT, encoding="ignore", size_outliers="ignore") == []


def test_what_a_policy_quarantines_holds_the_document_back():
    assert looked_at(TEXT, encoding="quarantine", size_outliers="ignore") == [(Rule.ENCODING, "content", True)]


def test_what_is_demanded_holds_the_document_back():
    found = looked_at(
        TEXT,
        fields={"status": {"required": True}},
        languages=["en"],
        minimum_characters=1_000,
        encoding="ignore",
        size_outliers="ignore",
    )

    assert found == [
        (Rule.REQUIRED, "metadata.status", True),
        (Rule.LENGTH, "content", True),
        (Rule.LANGUAGE, "content", True),
    ]


def test_a_text_that_is_too_long_is_found():
    assert looked_at("long", maximum_characters=3, size_outliers="ignore") == [(Rule.LENGTH, "content", True)]


def test_personal_data_is_looked_for_in_text_title_and_metadata():
    found = looked_at("write to me@mail.org", personal_data="report", size_outliers="ignore")

    assert [(rule, field) for rule, field, _ in found] == [
        (Rule.PERSONAL_DATA, "content"),
        (Rule.PERSONAL_DATA, "title"),
        (Rule.PERSONAL_DATA, "metadata.owner"),
    ]
