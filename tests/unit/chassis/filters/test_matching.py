from __future__ import annotations

import re

import pytest
from hypothesis import given

from chassis.filters import MARKS, MARKS_LENGTH, Columns, expression, matches, parsed, sql, stored
from chassis.filters.words import Not
from rigs.filters import CONDITIONS, METADATA, VALUES

PAGE = {
    "lang": "en",
    "year": "2020",
    "price": "-3.50",
    "draft": "true",
    "day": "2026-02-01",
    "empty": "",
    "odd key": "1",
}
RESERVED = {"id": "docs/a.md", "mime": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('lang == "en"', True),
        ('lang == "EN"', False),
        ('lang != "de"', True),
        ('lang in ["de", "en"]', True),
        ('lang not in ["de", "en"]', False),
        ("year == 2020", True),
        ('year == "2020"', True),
        ("year == 2020.0", True),
        ('year == "2020.0"', False),
        ("year >= 2020 and year < 2021", True),
        ("price < -3", True),
        ("draft == true", True),
        ("draft == false", False),
        ('day >= "2026" and day < "2026-03"', True),
        ("day > 2025", False),
        ("not day > 2025", True),
        ("`odd key` == 1", True),
        ('starts_with(@id, "docs/")', True),
        ('empty == ""', True),
        ("exists(empty)", True),
        ("exists(@mime)", False),
        ("exists(absent)", False),
        ('absent == ""', False),
        ('absent != ""', True),
        ('absent not in ["a"]', True),
        ('absent < "z" or absent >= "z"', False),
        ('not absent < "z"', True),
        ('lang == "de" or lang == "en" and year > 2000', True),
        ('(lang == "de" or lang == "en") and year > 2020', False),
    ],
)
def test_a_filter_means_what_the_documentation_says(text, expected):
    assert matches(parsed(text), PAGE, RESERVED) is expected


@given(CONDITIONS, METADATA)
def test_not_is_the_opposite(condition, metadata):
    assert matches(Not(condition), metadata, RESERVED) is not matches(condition, metadata, RESERVED)


_LIKE = r'marks like "%\|[0-9a-f]{16}[=#][0-9a-f]*\|?%"'
_ORDER = r'(s[0-9a-f]{16} [<>]=? "[0-9a-f]*"|n[0-9a-f]{16} [<>]=? -?[0-9]+\.[0-9]+)'


@given(CONDITIONS)
def test_nothing_that_a_caller_wrote_reaches_an_expression_of_the_vector_store(condition):
    rest = re.sub(f"{_LIKE}|{_ORDER}", "", expression(condition))

    assert re.fullmatch(r"(?:[() ]|and|or|not)*", rest)


_SQL = (
    r"and|or|not|is|null|coalesce|false|case|when|then|end|collate|text|double precision|starts_with|nullif"
    r"|metadata|source|mime|'\^[^']*\$'|''|\"C\"|%\(filter_\d+\)s|->>|::|[<>]=?|[=~(), ]"
)


@given(CONDITIONS)
def test_nothing_that_a_caller_wrote_reaches_sql(condition):
    text, bound = sql(condition, Columns("metadata", {"id": "source", "mime": "mime"}))

    assert set(re.findall(r"%\((filter_\d+)\)s", text)) == set(bound)
    assert re.fullmatch(f"(?:{_SQL})*", text)


@given(VALUES)
def test_however_long_a_value_is_its_marks_find_room(value):
    fields = stored({f"{number:064}": value * 4 for number in range(64)}, {"id": "x" * 512, "mime": "text/markdown"})

    assert len(fields[MARKS]) <= MARKS_LENGTH
    assert re.fullmatch(r"\|([0-9a-f]{16}[=#][0-9a-f]*\|)*", fields[MARKS])
    assert sum(len(key) + len(str(of)) + 6 for key, of in fields.items() if key != MARKS) <= MARKS_LENGTH
