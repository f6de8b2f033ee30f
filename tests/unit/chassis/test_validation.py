from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from chassis.errors import InvalidArgument, Violation
from chassis.fields import AnyText, Group, Line, TenantName, Text
from chassis.validation import checked


class Item(BaseModel):
    text: Annotated[Text, Field(max_length=10)]


class Asked(BaseModel):
    tenant: TenantName = "docs"
    items: Annotated[list[Item], Field(min_length=1, max_length=2)] = [Item(text="x")]
    top_k: Annotated[int, Field(ge=1, le=100)] = 10
    weight: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    mode: Literal["dense", "lexical"] = "dense"


def wrong(**fields):
    with pytest.raises(InvalidArgument) as caught:
        checked(Asked, **fields)
    return caught.value


def test_right_fields_become_the_model():
    assert checked(Asked, top_k=3).top_k == 3


@pytest.mark.parametrize(
    ("fields", "violation"),
    [
        ({"top_k": 0}, Violation("top_k", "must be at least 1")),
        ({"top_k": 101}, Violation("top_k", "must be at most 100")),
        ({"weight": 0.0}, Violation("weight", "must be greater than 0.0")),
        ({"weight": 1.0}, Violation("weight", "must be less than 1.0")),
        ({"weight": float("nan")}, Violation("weight", "must be a finite number")),
        ({"items": []}, Violation("items", "must have at least 1 items")),
        ({"items": [{"text": "x"}] * 3}, Violation("items", "must have at most 2 items")),
        ({"items": [{"text": "x"}, {}]}, Violation("items.1.text", "is required")),
        ({"items": [{"text": "x" * 11}]}, Violation("items.0.text", "must have at most 10 characters")),
        ({"items": [{"text": "  "}]}, Violation("items.0.text", "must not be blank")),
        ({"mode": "magic"}, Violation("mode", "must be one of 'dense' or 'lexical'")),
    ],
)
def test_a_wrong_field_is_named_and_explained(fields, violation):
    assert wrong(**fields).violations == (violation,)


def test_a_message_names_the_first_wrong_field_and_counts_the_rest():
    assert wrong(top_k=0, mode="x", tenant="X").message.endswith("(and 2 more)")


@pytest.mark.parametrize("value", ["fb_K1_verysecretverysecret", "x" * 10_000_000])
@pytest.mark.parametrize("field", ["tenant", "top_k", "mode", "items", "weight"])
def test_a_value_is_never_echoed(field, value):
    failure = wrong(**{field: value})
    said = failure.message + "".join(violation.why for violation in failure.violations)

    assert "secret" not in said
    assert len(said) < 1000


def test_a_flood_of_wrong_fields_is_cut():
    class Many(BaseModel):
        items: list[int]

    with pytest.raises(InvalidArgument) as caught:
        checked(Many, items=["x"] * 1000)

    assert len(caught.value.violations) == 20
    assert "999 more" in caught.value.message


class Fields(BaseModel):
    any_text: AnyText = ""
    line: Line = "x"
    name: TenantName = "x"
    group: Group = "x"


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\x7f", "a\x85", "\ud800"])
def test_control_characters_are_refused_by_place(text):
    with pytest.raises(InvalidArgument) as caught:
        checked(Fields, any_text=text)

    assert caught.value.violations[0].field == "any_text"


@pytest.mark.parametrize("text", ["", "two\nlines", "a\ttab", "Zürich 東京 🙂", "مرحبا"])
def test_plain_text_of_any_script_is_welcome(text):
    assert checked(Fields, any_text=text).any_text == text


@pytest.mark.parametrize("name", ["docs", "a", "a-b.c_d", "0", "x" * 63])
def test_names_that_are_fit_for_addresses_are_taken(name):
    assert checked(Fields, name=name).name == name


@pytest.mark.parametrize("name", ["", "Docs", "-a", "a-", "a b", "a/b", "x" * 64, "docs\n", "dócs", "../x"])
def test_other_names_are_refused(name):
    with pytest.raises(InvalidArgument):
        checked(Fields, name=name)


@pytest.mark.parametrize("line", ["a\nb", "a\rb", "a\u2028b", "\t", " "])
def test_a_line_is_one_line_that_says_something(line):
    with pytest.raises(InvalidArgument):
        checked(Fields, line=line)


@given(st.text(max_size=200))
def test_no_text_makes_a_check_fail_in_any_other_way(text):
    for field in Fields.model_fields:
        with suppress(InvalidArgument):
            checked(Fields, **{field: text})


@pytest.mark.parametrize(
    ("field", "why"),
    [("top_k", "must be a whole number"), ("weight", "must be a number"), ("items", "must be a list")],
)
def test_a_value_of_another_kind_is_told_in_plain_words(field, why):
    assert wrong(**{field: "x"}).violations == (Violation(field, why),)
