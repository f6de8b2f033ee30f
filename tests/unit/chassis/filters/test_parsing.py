from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis.filters import Malformed, parsed, printed
from chassis.filters.words import Among, And, Field, Not, Or, Order, Ordered, StartsWith
from rigs.filters import CONDITIONS

LANG, YEAR = Field("lang"), Field("year")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('lang == "en"', Among(LANG, ("en",))),
        ("lang=='en'", Among(LANG, ("en",))),
        ('lang != "en"', Not(Among(LANG, ("en",)))),
        ('lang in ["en", 5, true]', Among(LANG, ("en", 5.0, "true"))),
        ('lang not in ["en"]', Not(Among(LANG, ("en",)))),
        ("year >= 2020", Ordered(YEAR, Order.FROM, 2020.0)),
        ("year<-3.50", Ordered(YEAR, Order.BELOW, -3.5)),
        ("draft == false", Among(Field("draft"), ("false",))),
        ('starts_with(lang, "e")', StartsWith(LANG, "e")),
        ("exists(lang)", StartsWith(LANG, "")),
        ("exists(`or`)", StartsWith(Field("or"), "")),
        ("exists(`a``b`)", StartsWith(Field("a`b"), "")),
        ("exists(a.b-c_1)", StartsWith(Field("a.b-c_1"), "")),
        ("exists(@id)", StartsWith(Field("id", reserved=True), "")),
        ("exists(`@id`)", StartsWith(Field("@id"), "")),
        (r'lang == "a\"\\\n\t\'"', Among(LANG, ("a\"\\\n\t'",))),
        ("exists(a) or exists(b) and not exists(c)", None),
        ("exists(a) or (exists(b) and (not (exists(c))))", None),
    ],
)
def test_a_filter_says_what_it_looks_like(text, condition):
    a, b, c = (StartsWith(Field(name), "") for name in "abc")

    assert parsed(text) == (condition or Or((a, And((b, Not(c))))))


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "a field"),
        ("  ", 3, "a field"),
        ("lang", 5, "==, !="),
        ("lang = 'en'", 6, "no such character"),
        ("lang == en", 9, "a text in quotes, a number"),
        ("lang == 'en' year > 5", 14, "`and`, `or` or the end"),
        ("lang == 'en' and", 17, "a field"),
        ("lang == 'en", 9, "never closed"),
        (r"lang == 'a\x00'", 11, "one of"),
        ("exists(`a", 8, "never closed"),
        ("exists(``)", 8, "a key between"),
        ("exists lang", 8, "`(`"),
        ("exists('lang')", 8, "a field"),
        ("(exists(lang)", 14, "`)`"),
        ("exists(lang))", 13, "the end"),
        ("lang not 'en'", 10, "`in`"),
        ("lang in 'en'", 9, "`[`"),
        ("lang in []", 10, "a text in quotes"),
        ("lang in ['a' 'b']", 14, "`,` or `]`"),
        ("starts_with(lang 'e')", 18, "`,`"),
        ("starts_with(year, 20)", 19, "a text in quotes"),
        ("exists(@secret)", 8, "@id, @mime"),
        ("year > 1e5", 9, "`and`, `or` or the end"),
        ("year > 1.2.3", 8, "digits"),
        ("year > 1234567890123456", 8, "at most 15"),
        ("2020 <= year", 1, "a field"),
        ("and == 'x'", 1, "a field"),
        ("lang == 'é' and exists(\x00)", 24, "control characters"),
        ("lang == '" + "é" * 128 + "'", 9, "255 bytes"),
        ("x" * 2049, 2049, "2048 characters"),
        ("(" * 17 + "exists(a)" + ")" * 17, 17, "at most 16"),
        ("not " * 17 + "exists(a)", 65, "at most 16"),
        (" or ".join(["exists(a)"] * 65), 833, "at most 64"),
        ("a in [" + ", ".join(["1"] * 65) + "]", 199, "at most 64"),
    ],
)
def test_a_mistake_is_shown_where_it_stands_and_what_was_expected(text, column, expected):
    with pytest.raises(Malformed) as caught:
        parsed(text)

    assert str(caught.value).startswith(f"is not understood at column {column}: ")
    assert expected in str(caught.value)


def test_what_just_keeps_the_limits_is_taken():
    assert parsed("(" * 16 + "exists(a)" + ")" * 16) == StartsWith(Field("a"), "")
    assert len(parsed("a in [" + ", ".join(["1"] * 64) + "]").literals) == 64
    assert parsed(f"a == '{'x' * 255}'") == Among(Field("a"), ("x" * 255,))
    assert len(parsed(" or ".join(["exists(a)"] * 64)).conditions) == 64


@given(CONDITIONS)
def test_what_is_printed_is_parsed_as_the_same_condition(condition):
    assert parsed(printed(condition)) == condition


@given(st.text())
@example("\ud800")
@example("a == '\ud800'")
def test_no_text_makes_the_parser_fail_in_another_way(text):
    try:
        condition = parsed(text)
    except Malformed:
        return
    assert parsed(printed(condition)) == condition


@given(
    st.lists(st.sampled_from(["a", "`", "'", '"', "\\", "(", ")", "[", "]", ",", "==", "<", "5", "-", "not ", " in "]))
)
def test_no_heap_of_pieces_makes_the_parser_fail_in_another_way(pieces):
    test_no_text_makes_the_parser_fail_in_another_way.hypothesis.inner_test("".join(pieces))
