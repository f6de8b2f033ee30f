"""Conditions and documents drawn by Hypothesis: few keys and values, so that they meet, and some that are strange."""

from __future__ import annotations

from hypothesis import strategies as st

from chassis.filters.words import Among, And, Field, Not, Or, Order, Ordered, StartsWith

KEYS = ("lang", "year", "and", "a`b%_\\", "@id", "日本")
FIELDS = st.one_of(
    st.builds(Field, st.sampled_from(KEYS)), st.builds(Field, st.sampled_from(("id", "mime")), st.just(value=True))
)
STRANGE = ('a"b', "%", "_", "|", "\\", "' or 1=1 --", "x" * 255, "é" * 127, "日本", "\U0001f600", "a\nb\tc")
NUMERIC = ("2020", "2020.0", "-3.5", "0", "-0", "007", "999999999999999.999999999999999", "0.000000000000001")
NOT_NUMERIC = ("1e3", "+1", ".5", "5.", "1_000", " 7", "7\n", "٣", "nan", "1" * 16, "0x1f", "")
TEXTS = st.sampled_from(("en", "de", "e", "english", "true", *STRANGE, *NUMERIC, *NOT_NUMERIC))
NUMBERS = st.sampled_from((0.0, 1.0, 7.0, -3.5, 2020.0, 2020.5, 999999999999999.9, 0.000000000000001))
LITERALS = st.one_of(TEXTS, NUMBERS)
VALUES = st.one_of(TEXTS, st.sampled_from(("x" * 256, "x" * 300, "é" * 200)))
METADATA = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)
LEAVES = st.one_of(
    st.builds(Among, FIELDS, st.lists(LITERALS, min_size=1, max_size=3).map(tuple)),
    st.builds(Ordered, FIELDS, st.sampled_from(Order), LITERALS),
    st.builds(StartsWith, FIELDS, TEXTS),
)


def _joined(inner):
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, some), st.builds(Or, some))


CONDITIONS = st.recursive(LEAVES, _joined, max_leaves=6)
